package directory

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// Two instances must not delete and declare the same object, for every way in
// which an apply deletes objects.
func TestObjectThatIsDeletedUnderSomebodyElse(t *testing.T) {
	t.Parallel()
	at := func(bucket, prefix, removed string, names ...string) model {
		files := map[string]string{}
		for _, name := range names {
			files[prefix+name] = "1"
		}
		return model{
			Bucket: types.StringValue(bucket), Prefix: types.StringValue(prefix), Region: types.StringValue("r"),
			RemovedFiles: arguments.Optional(removed), Files: arguments.Map(files),
		}
	}
	prior := at("b-1", "p/", "", "a", "b")
	gone := record{Places: []place{{Region: "r", Bucket: "b-1", Prefix: "p/", Files: map[string]entry{"p/a": {Standing: retired}}}}}
	for name, tc := range map[string]struct {
		to      model
		private record
		noop    bool
		refused bool
	}{
		"nothing goes":                     {to: at("b-1", "p/", "", "a", "b")},
		"a file is removed":                {to: at("b-1", "p/", "", "b"), refused: true},
		"a file is retired":                {to: at("b-1", "p/", "next_apply", "b")},
		"a file is kept":                   {to: at("b-1", "p/", "keep", "b")},
		"the prefix changes":               {to: at("b-1", "q/", "", "a", "b"), refused: true},
		"the bucket changes, not the keys": {to: at("b-2", "p/", "", "a", "b"), refused: true},
		"the bucket changes, and all stay": {to: at("b-2", "p/", "keep", "a", "b")},
		"a retired one goes":               {to: at("b-1", "p/", "next_apply", "b"), private: gone, refused: true},
		"a retired one stays":              {to: at("b-1", "p/", "next_apply", "b"), private: gone, noop: true},
		"a retired one of an earlier move": {to: at("b-2", "p/", "keep", "a", "b"), private: gone, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &Resource{data: &providerdata.Data{}}
			theirs := address(prior.at("p/a"))
			if err := r.data.Claims.Claim(theirs, claims.Claim{Token: "theirs", Prior: theirs}); err != nil {
				t.Fatal(err)
			}
			declared := tc.to
			if name == "nothing goes" { // otherwise both would declare it
				declared = at("b-1", "p/", "keep", "b")
			}
			diags := r.claim(declared, &prior, privateState{Instance: "ours", Record: tc.private}, !tc.noop)
			if diags.HasError() != tc.refused {
				t.Errorf("%v", diags)
			}
		})
	}
}

// An instance that is destroyed leaves the objects that a refresh found somebody
// else to have written, such as the successor of an interrupted replacement.
func TestDestructionLeavesWhatOthersWrote(t *testing.T) {
	t.Parallel()
	prior := model{Bucket: types.StringValue("b-1"), Prefix: types.StringValue("p/"), Region: types.StringValue("r"), Files: arguments.Map(map[string]string{"p/a": "1"})}
	for _, foreign := range []bool{false, true} {
		r := &Resource{data: &providerdata.Data{}}
		theirs := address(prior.at("p/a"))
		if err := r.data.Claims.Claim(theirs, claims.Claim{Token: "theirs", Prior: theirs}); err != nil {
			t.Fatal(err)
		}
		private := privateState{Instance: "ours"}
		if foreign {
			private.Seen = map[string]inspect.Record{"p/a": {ETag: "2"}}
		}
		if diags := r.release(prior, private); diags.HasError() == foreign {
			t.Errorf("written by somebody else: %t, and %v", foreign, diags)
		}
	}
}
