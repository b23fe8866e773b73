package functions_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/functions"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// named returns the function with the name.
func named(t testing.TB, name string) function.Function {
	t.Helper()
	for _, make := range functions.All() {
		f := make()
		var meta function.MetadataResponse
		f.Metadata(t.Context(), function.MetadataRequest{}, &meta)
		if meta.Name == name {
			return f
		}
	}
	t.Fatalf("there is no function %s", name)
	return nil
}

// call calls a function as the framework does.
func call(t testing.TB, name string, arguments ...attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	f := named(t, name)
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	result, err := definition.Definition.Return.NewResultData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp := function.RunResponse{Result: result}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
	return resp.Result.Value(), resp.Error
}

// outcome is the result of a call in comparable form: the returned text, or the
// argument of the error.
type outcome struct {
	Text     string
	Argument int64 // of the error, starting at 1; 0 if there is none
}

func outcomeOf(t testing.TB, value attr.Value, err *function.FuncError) outcome {
	t.Helper()
	if err == nil {
		text, ok := value.(types.String)
		if !ok {
			t.Fatalf("the result is a %T", value)
		}
		return outcome{Text: text.ValueString()}
	}
	if err.FunctionArgument == nil {
		t.Fatalf("the error points at no argument: %s", err.Text)
	}
	return outcome{Argument: *err.FunctionArgument + 1}
}

func str(s string) attr.Value { return types.StringValue(s) }
