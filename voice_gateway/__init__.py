"""The voice gateway: a contact centre that a company runs itself. Importing it does nothing."""
