"""Messages of the exchange system: kept, matched with what they are about, and what follows from them.

Belongs here: which sales invoice or received e-invoice a message is about, and what is wrong with a sales
invoice by what the exchange system or its customer says. Does not: reading messages
(`assets.invoices.messages`), and sending invoices.
"""
