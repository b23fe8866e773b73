// Package recording draws what a command printed on a terminal, as an image for a page.
package recording

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The window, in lines and pixels.
const (
	rows       = 32
	lineHeight = 18
	charWidth  = 7.8 // of a monospace font of 13 pixels
	margin     = 14
)

// colors are those of a terminal, by the code of the sequence that selects them ("Select Graphic Rendition"). The names
// are those of the classes in the image.
var colors = map[string]string{"1": "bold", "2": "dim", "31": "red", "32": "green", "36": "cyan"}

var painted = regexp.MustCompile("\x1b\\[([0-9]*)m")

// SVG draws a text with colors for a terminal. A text that is longer than the window scrolls.
func SVG(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	columns := 0
	var body strings.Builder
	for i, line := range lines {
		columns = max(columns, utf8.RuneCountInString(Plain(line)))
		fmt.Fprintf(&body, "<text y=\"%d\">%s</text>\n", (i+1)*lineHeight, spans(line))
	}
	width := int(float64(columns)*charWidth) + 2*margin
	window := rows * lineHeight
	hidden := max(0, len(lines)*lineHeight+lineHeight/2-window)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d">
<style>
text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #d0d7de }
.bold { font-weight: bold } .dim { fill: #8b949e } .red { fill: #ff7b72 } .green { fill: #7ee787 } .cyan { fill: #79c0ff; font-weight: bold }
#text { animation: scroll %[3]ds linear infinite }
@keyframes scroll { 0%%, 8%% { transform: translateY(0) } 88%%, 100%% { transform: translateY(-%[4]dpx) } }
@media (prefers-reduced-motion) { #text { animation: none } }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
<svg x="%[5]d" y="%[5]d" width="100%%" height="%[6]d">
<g id="text" xml:space="preserve">
%[7]s</g>
</svg>
</svg>
`, width, window+2*margin, max(20, len(lines)/2), hidden, margin, window, body.String())
}

// spans returns a line as XML, each color in an element of its own.
func spans(line string) string {
	var out strings.Builder
	color := ""
	add := func(text string) {
		var escaped strings.Builder
		_ = xml.EscapeText(&escaped, []byte(text)) // a Builder takes everything
		switch {
		case text == "":
		case color == "":
			out.WriteString(escaped.String())
		default:
			fmt.Fprintf(&out, `<tspan class="%s">%s</tspan>`, color, escaped.String())
		}
	}
	from := 0
	for _, at := range painted.FindAllStringSubmatchIndex(line, -1) {
		add(line[from:at[0]])
		color, from = colors[line[at[2]:at[3]]], at[1]
	}
	add(line[from:])
	return out.String()
}

// Plain returns a text without colors.
func Plain(text string) string { return painted.ReplaceAllString(text, "") }

var (
	element = regexp.MustCompile("<[^>]*>")
	entity  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&")
)

// Text returns the text of an image that SVG has drawn.
func Text(svg string) string {
	_, svg, _ = strings.Cut(svg, `<g id="text" xml:space="preserve">`+"\n")
	svg, _, _ = strings.Cut(svg, "</g>")
	return entity.Replace(element.ReplaceAllString(svg, ""))
}
