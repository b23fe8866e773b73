package store

import "github.com/cos-terraform/terraform-provider-cos/internal/cosclient"

// imposed returns the headers that COS shows for an object although they were
// not stored with it: a Content-Disposition that forces a download, and a
// header that this write did not send and that the object did not have before.
// A header that was to be removed and is still there is not among them.
func (w Write) imposed(info cosclient.Info) cosclient.Imposed {
	var prior cosclient.Attributes
	if w.Prior != nil {
		prior = w.Prior.Attributes
	}
	all := info.Imposed.Clone()
	for name, found := range info.Headers() {
		if *found != "" && w.Attributes.Header(name) == "" && *found != prior.Header(name) {
			all.Add(name, *found)
		}
	}
	return all
}
