package cosclient

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestNeeds(t *testing.T) {
	t.Parallel()
	object := Location{Region: "ap-guangzhou", Bucket: "examplebucket-1250000000", Key: "dir/a b"}
	const resource = "qcs::cos:ap-guangzhou:uid/1250000000:examplebucket-1250000000/"
	for name, tc := range map[string]struct {
		e    Error
		want string
	}{
		"an upload":   {Error{Op: "PutObject", Location: object}, "name/cos:PutObject on " + resource + "dir/a b"},
		"a listing":   {Error{Op: "GetBucket", Location: Location{Region: "ap-guangzhou", Bucket: "examplebucket-1250000000"}}, "name/cos:GetBucket on " + resource + "*"},
		"a copy":      {Error{Op: "PutObjectCopy", Location: object}, "name/cos:PutObject and name/cos:PutObjectCopy on " + resource + "dir/a b, and name/cos:GetObject on the source of the copy"},
		"a part":      {Error{Op: "UploadPartCopy", Location: object}, "name/cos:UploadPart and name/cos:UploadPartCopy on " + resource + "dir/a b, and name/cos:GetObject on the source of the copy"},
		"another one": {Error{Op: "Other", Location: object}, "name/cos:Other on " + resource + "dir/a b"},
	} {
		if got := tc.e.Needs(); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Every operation in this package has an entry in permissions.
func TestPermissionsOfAllOperations(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{opHead: true, opGet: true, opUploadPart: true}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "actions.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			name, _ := strconv.Unquote(literal.Value)
			for _, verb := range []string{"Head", "Get", "Put", "Delete", "Initiate", "Upload", "Complete", "Abort", "List", "Post"} {
				rest, ok := strings.CutPrefix(name, verb)
				if name == "DeleteMarker" || name == "UploadConflict" || name == opHeadBucket { // of an answer, or one that a refusal answers as well
					continue
				}
				if ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' && !strings.ContainsAny(rest, " :.-") {
					named[name] = true
				}
			}
			return true
		})
	}
	for name := range named {
		if permissions[name] == nil {
			t.Errorf("%s has no permissions", name)
		}
	}
	if len(named) != len(permissions) {
		t.Errorf("%d operations and %d entries: %v", len(named), len(permissions), named)
	}
}
