import cProfile,pstats,io,time
from tests.orchestration.conftest import *
from tests.support.payments import pay, trace
def test_x(pipeline):
    pipeline.drop("RITCOGE_0.txt", trace(pay("-1.00","FT-1","A",entry=99)))
    pipeline.tick()
    pipeline.drop("RITCOGE.txt", trace(pay("-1.00","FT-1","A")))
    p=cProfile.Profile(); t=time.perf_counter(); c=time.process_time(); p.enable()
    pipeline.tick(); pipeline.states()
    p.disable(); print(time.perf_counter()-t, time.process_time()-c)
    s=io.StringIO(); pstats.Stats(p,stream=s).sort_stats("tottime").print_stats(25); print(s.getvalue())
    s=io.StringIO(); pstats.Stats(p,stream=s).sort_stats("cumtime").print_stats(60); print(s.getvalue())
