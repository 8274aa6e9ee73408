"""The tabs of a session: how they are opened and followed, their dialogs and notices, and when they rest."""
