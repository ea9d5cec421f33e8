pTroÃ°ari 175ş;&=0Óëò@şÙÄ	X=r
tracker-17€ØÂKeyrir  norÃ°urğ