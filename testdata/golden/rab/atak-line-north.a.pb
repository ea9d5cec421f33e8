+	Rett nord5 ¿ƒ)=ÀtL@şÙÄ	r$0d95e3c7-42fa-4b18-8c6d-b1f7a20e5d94€€£ÂFÃ¸lg linja til varden¢"
©‹«†5e0cfa-hytteŞM(5ÿÿÿÿ