package plan

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the plan for programs. Equal plans give equal bytes.
func WriteJSON(w io.Writer, p *Plan) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(p)
}
