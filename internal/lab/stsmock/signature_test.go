package stsmock

import "testing"

// The request is the example in the API documentation, "Signature v3", which
// masks the end of its key. The signature is the result of Tencent's Python SDK
// for the masked key.
func TestSignTheExampleOfTheDocumentation(t *testing.T) {
	t.Parallel()
	got := sign("Gu5t9xGARNpq86cd98joQYCN3*******", "POST", "",
		map[string]string{"host": "cvm.tencentcloudapi.com", "content-type": "application/json; charset=utf-8"}, []string{"content-type", "host"},
		[]byte(`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`), "1551113065", "2019-02-25/cvm/tc3_request")
	if want := "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}
