I
Falco Bild5°I½=0{Û@”re7d2f90a-cam€€£ð