package store

import "github.com/cos-terraform/terraform-provider-cos/internal/cosclient"

// imposed returns the headers that COS returns for an object without having
// stored them: a Content-Disposition that forces a download, and headers that
// neither this write nor the previous object had. It does not include a header
// that should have been removed but is still present.
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
