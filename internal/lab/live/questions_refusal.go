package main

import (
	"context"
	"time"
)

// refusals ask where a 403 says why: in Code, or in Message beside the Code AccessDenied. No request of these carries
// a customer key, which the body of the answer would quote.
func refusals() []question {
	refused := func(change func(*asker, *request)) ask {
		return func(ctx context.Context, a *asker) (string, error) {
			r := a.get(nil)
			change(a, &r)
			got, err := a.send(ctx, r)
			if err != nil {
				return "", err
			}
			if got.message != "" {
				a.note("%s: %s", got.verdict(), a.clean(got.message))
			}
			if got.code == "AccessDenied" {
				return got.verdict() + ", the message: " + a.clean(got.message), nil
			}
			return got.verdict(), nil
		}
	}
	return []question{
		{id: "8a", text: "A signature by a wrong secret key", ask: refused(func(a *asker, r *request) {
			wrong := a.credential
			wrong.key = newSecret("a key that nobody has")
			r.credential = &wrong
		})},
		{id: "8b", text: "A signature by an unknown secret id", ask: refused(func(a *asker, r *request) {
			wrong := a.credential
			wrong.id, wrong.token = "AKIDnobodynobodynobodynobodynobody00", secret{}
			r.credential = &wrong
		})},
		{id: "8c", text: "A signature that has expired", ask: refused(func(_ *asker, r *request) { r.signedSince = -time.Hour })},
		{id: "8d", text: "A signature that is an hour early", ask: refused(func(_ *asker, r *request) { r.signedSince = time.Hour })},
		{id: "8e", text: "No signature at all", ask: refused(func(_ *asker, r *request) { r.unsigned = true })},
	}
}
