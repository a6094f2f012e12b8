"""Messages of the exchange system as its schemas have them, for tests.

What belongs here: writing messages. What does not: expectations. They never import the product.
"""

from __future__ import annotations

from typing import Final

from samples.invoice_files import DECLARATION, leaf, leaves, tag

PUBLIC: Final = "http://www.fatturapa.gov.it/sdi/messaggi/v1.0"
PRIVATE: Final = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"
SENT: Final = "IT09990019995_00001.xml"

NAMES: Final = {
    "NS": "NotificaScarto",
    "RC": "RicevutaConsegna",
    "MC": "NotificaMancataConsegna",
    "EC": "NotificaEsitoCommittente",
    "NE": "NotificaEsito",
    "DT": "NotificaDecorrenzaTermini",
    "AT": "AttestazioneTrasmissioneFattura",
    "MT": "MetadatiInvioFile",
}
"""The roots of the messages of public administrations."""


def message(
    kind: str,
    file_name: str | None = SENT,
    identifier: str | None = "111",
    *,
    root: str | None = None,
    namespace: str = PUBLIC,
    received: str | None = "2026-10-06T10:00:00.000+02:00",
    errors: tuple[tuple[str, str], ...] = (("00311", "CodiceDestinatario non valido"),),
    outcome: str | None = None,
    number: str | None = None,
    year: str | None = "2026",
    description: str | None = None,
    message_id: str = "9001",
) -> bytes:
    """A message about the file; EC and NE have an outcome, and may name one invoice of the file."""
    about = tag("RiferimentoFattura", leaves(NumeroFattura=number, AnnoFattura=year)) if number else ""
    answer = about + leaf("Esito", outcome) + leaf("Descrizione", description if outcome else None)
    listed = "".join(tag("Errore", leaves(Codice=code, Descrizione=text)) for code, text in errors)
    parts = {
        "NS": leaf("DataOraRicezione", received) + tag("ListaErrori", listed),
        "EC": answer,
        "NE": tag("EsitoCommittente", leaf("IdentificativoSdI", identifier), answer),
        "MT": leaves(CodiceDestinatario="ABC1234", Formato="FPR12", TentativiInvio="1"),
    }
    content = (
        leaf("IdentificativoSdI", identifier)
        + leaf("NomeFile", None if kind == "EC" else file_name)
        + parts.get(kind, leaf("DataOraRicezione", received) + leaf("Descrizione", description))
        + leaf("MessageId", None if kind == "EC" else message_id)
    )
    name = root or NAMES[kind]
    return f'{DECLARATION}<m:{name} xmlns:m="{namespace}" versione="1.0">{content}</m:{name}>'.encode()
