"""The accounting programs that invoices are sent to, one module each, all by `assets.sync.target.Target`."""
