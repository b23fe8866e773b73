document.body.append("Hello again, COS!")
