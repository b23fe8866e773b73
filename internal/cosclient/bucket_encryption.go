package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// BucketEncryption is the default encryption of a bucket. It keeps configuration
// that has no field, so that a PUT sends it back unchanged.
type BucketEncryption struct {
	// Mode is the mode in the notation of objects. COS writes KMS in this
	// document for cos/kms; only this file knows the difference.
	Mode sse.Mode
	// KMSKeyID is "" in other modes, and may be "" if COS uses its default key.
	KMSKeyID string

	document element // as received from COS; the zero value if nothing was read
}

// Element names. Source: COS API documentation, "PUT Bucket encryption". SDKs
// send the second name of the wrapper, which COS accepts as well.
const (
	elementConfiguration = "ServerSideEncryptionConfiguration"
	elementRule          = "Rule"
	elementDefault       = "ApplyServerSideEncryptionByDefault"
	elementDefaultOther  = "ApplySideEncryptionConfiguration"
	elementAlgorithm     = "SSEAlgorithm"
	elementKMSKeyID      = "KMSMasterKeyID"
	elementKMSAlgorithm  = "KMSAlgorithm"
	bucketKMS            = "KMS"
)

var errRules = errors.New("it has another form than one rule with one algorithm")

// With returns the configuration with another mode and key. Settings that apply
// only to KMS are removed with it; everything else is kept.
func (e BucketEncryption) With(mode sse.Mode, kmsKeyID string) BucketEncryption {
	changed := BucketEncryption{Mode: mode, KMSKeyID: kmsKeyID, document: e.document.clone()}
	changed.document.Name = xml.Name{Local: elementConfiguration}
	rule := changed.document.child(elementRule)
	settings := rule.child(elementDefault)
	algorithm := string(mode)
	if mode == sse.ModeKMS {
		algorithm = bucketKMS
	} else {
		settings.remove(elementKMSAlgorithm)
	}
	settings.child(elementAlgorithm).Text = algorithm
	if kmsKeyID == "" {
		settings.remove(elementKMSKeyID)
	} else {
		settings.child(elementKMSKeyID).Text = kmsKeyID
	}
	return changed
}

// Matches reports whether the configuration has this mode and key. An empty key
// ID matches any key.
func (e BucketEncryption) Matches(mode sse.Mode, kmsKeyID string) bool {
	return e.Mode == mode && (kmsKeyID == "" || e.KMSKeyID == kmsKeyID)
}

// Observed returns the encryption in the notation of objects.
func (e BucketEncryption) Observed() sse.Observed {
	return sse.Observed{Mode: e.Mode, KMSKeyID: e.KMSKeyID}
}

// BucketEncryption returns the default encryption of a bucket, or
// ErrNoBucketEncryption if there is none. Source: COS API documentation, "GET
// Bucket encryption".
func (c *Client) BucketEncryption(ctx context.Context, region, bucket string) (BucketEncryption, error) {
	r, err := newBucketRequest("GetBucketEncryption", region, bucket)
	if err != nil {
		return BucketEncryption{}, err
	}
	r.query = []param{{"encryption", ""}}
	var e BucketEncryption
	r.read = func(a *answer) error {
		var document element
		if err := c.readResult(r, a, &document); err != nil {
			return err
		}
		if e, err = bucketEncryption(document); err != nil {
			return unreadable(r, err)
		}
		return nil
	}
	if _, err := c.do(ctx, r); err != nil {
		return BucketEncryption{}, err
	}
	return e, nil
}

// bucketEncryption parses a document.
func bucketEncryption(document element) (BucketEncryption, error) {
	document.normalise()
	rules := document.all(elementRule)
	if document.Name.Local != elementConfiguration || len(rules) != 1 {
		return BucketEncryption{}, errRules
	}
	for i := range rules[0].Children {
		if rules[0].Children[i].Name.Local == elementDefaultOther {
			rules[0].Children[i].Name.Local = elementDefault
		}
	}
	settings := rules[0].all(elementDefault)
	if len(settings) != 1 || settings[0].value(elementAlgorithm) == "" {
		return BucketEncryption{}, errRules
	}
	e := BucketEncryption{Mode: sse.Mode(settings[0].value(elementAlgorithm)), document: document}
	if e.Mode == bucketKMS {
		e.Mode = sse.ModeKMS
	}
	if e.Mode == sse.ModeKMS {
		e.KMSKeyID = settings[0].value(elementKMSKeyID)
	}
	return e, nil
}

// PutBucketEncryption replaces the default encryption of a bucket with e, which
// must come from With. Source: COS API documentation, "PUT Bucket encryption".
func (c *Client) PutBucketEncryption(ctx context.Context, region, bucket string, e BucketEncryption) error {
	r, err := newBucketRequest("PutBucketEncryption", region, bucket)
	if err != nil {
		return err
	}
	r.method, r.query = http.MethodPut, []param{{"encryption", ""}}
	if err := r.document(e.document); err != nil {
		return err
	}
	_, err = c.do(ctx, r)
	return err
}

// DeleteBucketEncryption removes the default encryption of a bucket. It succeeds
// if there is none. Source: COS API documentation, "DELETE Bucket encryption".
func (c *Client) DeleteBucketEncryption(ctx context.Context, region, bucket string) error {
	r, err := newBucketRequest("DeleteBucketEncryption", region, bucket)
	if err != nil {
		return err
	}
	r.method, r.query = http.MethodDelete, []param{{"encryption", ""}}
	if _, err := c.do(ctx, r); err != nil && !errors.Is(err, ErrNoBucketEncryption) {
		return err
	}
	return nil
}

// element is an XML element that may have unknown names.
type element struct {
	Name     xml.Name   `xml:"-"`
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []*element `xml:",any"`
}

// UnmarshalXML implements xml.Unmarshaler. It keeps the element's name, which the
// standard library does only for a field XMLName.
func (e *element) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain element
	if err := d.DecodeElement((*plain)(e), &start); err != nil {
		return err
	}
	e.Name = start.Name
	return nil
}

// MarshalXML implements xml.Marshaler.
func (e element) MarshalXML(enc *xml.Encoder, start xml.StartElement) error {
	start.Name, start.Attr = e.Name, e.Attrs
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	if err := enc.EncodeToken(xml.CharData(e.Text)); err != nil {
		return err
	}
	for _, c := range e.Children {
		if err := c.MarshalXML(enc, xml.StartElement{}); err != nil {
			return err
		}
	}
	return enc.EncodeToken(start.End())
}

// normalise removes namespaces and the white space around elements.
func (e *element) normalise() {
	e.Name.Space = ""
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a xml.Attr) bool {
		return a.Name.Local == "xmlns" || a.Name.Space != ""
	})
	e.Text = strings.TrimSpace(e.Text)
	for _, c := range e.Children {
		c.normalise()
	}
}

func (e element) clone() element {
	e.Attrs = slices.Clone(e.Attrs)
	children := make([]*element, len(e.Children))
	for i, c := range e.Children {
		copied := c.clone()
		children[i] = &copied
	}
	e.Children = children
	return e
}

// all returns the children with a name.
func (e *element) all(name string) []*element {
	var found []*element
	for _, c := range e.Children {
		if c.Name.Local == name {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first child with a name. It adds one if there is none.
func (e *element) child(name string) *element {
	if found := e.all(name); len(found) > 0 {
		return found[0]
	}
	added := &element{Name: xml.Name{Local: name}}
	e.Children = append(e.Children, added)
	return added
}

func (e *element) value(name string) string {
	if found := e.all(name); len(found) > 0 {
		return found[0].Text
	}
	return ""
}

func (e *element) remove(name string) {
	e.Children = slices.DeleteFunc(e.Children, func(c *element) bool { return c.Name.Local == name })
}
