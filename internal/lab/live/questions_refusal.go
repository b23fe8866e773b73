package main

import (
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// refusals ask whether a 403 gives the reason in Code, or in Message with the Code AccessDenied. These requests carry
// no customer key, because the response body would quote it.
func refusals() []question {
	reason := func(a *asker, got rawcos.Answer) string {
		if got.Code == "AccessDenied" {
			return got.Verdict() + ", the message: " + a.clean(got.Message)
		}
		return got.Verdict()
	}
	refused := func(change func(*request)) ask { return asking(reason, changed(get("object"), change)) }
	forged := func(forge func(*rawcos.Credential)) ask { return refused(func(r *request) { r.forge = forge }) }
	return []question{
		{id: "8a", text: "A signature by a wrong secret key", ask: forged(func(c *rawcos.Credential) { c.Key = rawcos.NewSecret("a key that nobody has") })},
		{id: "8b", text: "A signature by an unknown secret id", ask: forged(func(c *rawcos.Credential) {
			*c = rawcos.Credential{ID: "AKIDnobodynobodynobodynobodynobody00", Key: c.Key}
		})},
		{id: "8c", text: "A signature that has expired", ask: refused(func(r *request) { r.signedSince = -time.Hour })},
		{id: "8d", text: "A signature that is an hour early", ask: refused(func(r *request) { r.signedSince = time.Hour })},
		{id: "8e", text: "No signature at all", ask: refused(func(r *request) { r.unsigned = true })},
	}
}
