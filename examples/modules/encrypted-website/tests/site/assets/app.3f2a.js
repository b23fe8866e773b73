document.body.append("Hello, COS!")
