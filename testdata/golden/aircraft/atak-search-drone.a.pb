.DRONE Falco (5°I½=0{Û@”HŠP°	X7rUASTOOL-1581F5FHD23A00B7€Òð >0EBThermal Boson 640‚
4B99F0FALCO22B68Ã	