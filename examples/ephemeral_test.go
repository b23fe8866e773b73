package examples_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	ephemeralObject = "ephemeral-resources/cos_encrypted_object/ephemeral-resource.tf"
	ephemeralURL    = "ephemeral-resources/cos_presigned_url/ephemeral-resource.tf"

	exampleBucket = "examplebucket-1250000000"
	password      = "canary-password-0123456789"
)

// plaintext returns the body of an object under SSE-COS or SSE-KMS.
func plaintext(t *testing.T, world *acctest.World, key string) string {
	t.Helper()
	stored, ok := world.Stored(key)
	if !ok {
		t.Fatalf("there is no object %s", key)
	}
	body, err := stored.Plaintext(sse.CustomerKey{})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// With our runner: the example is a directory of files.
func TestAccEphemeralObjectExample(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	key, err := sse.ParseCustomerKey(acctest.KeyA)
	if err != nil {
		t.Fatal(err)
	}
	for name, stored := range map[string]cosmock.NewObject{
		"secrets/database.json": {Body: strings.NewReader(`{"password":"` + password + `"}`), Mode: sse.ModeKMS},
		"archive/app.log":       {Body: strings.NewReader(strings.Repeat("a line of the log\n", 100)), Mode: sse.ModeCustomer, CustomerKey: key},
	} {
		if err := world.PutObject(exampleBucket, name, stored); err != nil {
			t.Fatal(err)
		}
	}
	w.Config(world.Provider(keyring))
	use(t, w, ephemeralObject)
	r := w.Apply()
	if got := plaintext(t, world, "app/password.txt"); got != password {
		t.Errorf("the password is %q", got)
	}
	if found := acctest.Leaks(r.Output()+w.State(), password); len(found) > 0 {
		t.Errorf("the password is kept, as %q", found)
	}
	if got := plaintext(t, world, "app/user.txt"); got != "app" {
		t.Errorf("the user, read from what the same run has written, is %q", got)
	}
	w.EmptyPlan()
	w.Destroy()
}

// A client that is not specific to COS can upload with the request that the example stores.
//
// With our runner: the example is a directory of files.
func TestAccPresignedURLExample(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Config(world.Provider())
	use(t, w, ephemeralURL)
	r := w.Apply()
	if strings.Contains(r.Output()+w.State(), "q-signature") {
		t.Error("a URL is kept")
	}
	var invitation struct {
		URL     string
		Headers map[string]string
		Until   string
	}
	if err := json.Unmarshal([]byte(plaintext(t, world, "app/invitation.json")), &invitation); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, invitation.URL, strings.NewReader("a,b\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range invitation.Headers {
		req.Header.Set(name, value)
	}
	req.Host = invitation.Headers["host"]
	transport := world.Transport()
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the upload was answered by %s, %v", resp.Status, err)
	}
	if stored, _ := world.Stored("inbox/report.csv"); stored.KMSKeyID != acctest.KMSKey1 {
		t.Errorf("the upload is under the KMS key %q", stored.KMSKeyID)
	}
	if _, err := time.Parse(time.RFC3339, invitation.Until); err != nil {
		t.Error(err)
	}
	w.Destroy()
}
