}RESCUE 1 Marti@şÙÄ	rTAKTALK-5e0cê
SANITÃ„T ZÃ¼rcherÊ 
Alle zurÃ¼ck zur HÃ¼tte1de