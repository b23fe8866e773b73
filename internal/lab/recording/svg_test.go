package recording

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The image is well-formed XML with the colors, and its text is what was printed.
func TestSVG(t *testing.T) {
	t.Parallel()

	const printed = "\x1b[36mA title\x1b[0m\n\n  \x1b[32m✓\x1b[0m a <b> & \"c\" 'd'\x1b[2m (later)\x1b[0m\n      &lt;\n"
	image := SVG(printed)
	for decoder := xml.NewDecoder(strings.NewReader(image)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, image)
		}
	}
	if diff := cmp.Diff("A title\n\n  ✓ a <b> & \"c\" 'd' (later)\n      &lt;\n", Text(image)); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Plain(printed), Text(image)); diff != "" {
		t.Errorf("the text without colors (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		`<text y="18"><tspan class="cyan">A title</tspan></text>`,
		`<tspan class="green">✓</tspan> a &lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;<tspan class="dim"> (later)</tspan>`,
	} {
		if !strings.Contains(image, want) {
			t.Errorf("the image is without %s:\n%s", want, image)
		}
	}
}

// Only a text that does not fit into the window moves.
func TestSVGScrolls(t *testing.T) {
	t.Parallel()

	if image := SVG(strings.Repeat("line\n", rows-1)); !strings.Contains(image, "translateY(-0px)") {
		t.Errorf("a short text moves:\n%s", image)
	}
	if image := SVG(strings.Repeat("line\n", rows+10)); !strings.Contains(image, "translateY(-189px)") {
		t.Errorf("a long text does not end at its last line:\n%s", image)
	}
}
