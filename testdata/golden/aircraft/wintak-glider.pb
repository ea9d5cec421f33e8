HB-34125àB¨=øeç@º+HþPÜÓrFLARM-DDA5C1€<‚
DDA5C1HB-34122B1