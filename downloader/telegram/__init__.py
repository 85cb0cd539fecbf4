"""`AudioSource` over Telethon. The only package that imports telethon."""
