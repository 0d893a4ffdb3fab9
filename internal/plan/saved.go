package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"atlas-gitops/internal/resource"
)

// SavedError says why the JSON form of a plan is not taken.
type SavedError struct{ Reason string }

func (e *SavedError) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &SavedError{fmt.Sprintf(format, args...)} }

// IsSaved tells whether a text is a saved plan, of this version or another.
func IsSaved(data []byte) bool {
	var head struct {
		Format *json.Number
		Digest string
	}
	return decode(data, &head, false) == nil && head.Format != nil && head.Digest != ""
}

// ReadJSON returns a plan that was saved. It refuses, with a [SavedError], what is not such a plan, has another format,
// was edited, or asks for what this version cannot do.
func ReadJSON(data []byte) (*Plan, error) {
	var head struct{ Format *json.Number }
	switch err := decode(data, &head, false); {
	case err != nil || head.Format == nil:
		return nil, refuse("it is not a saved plan")
	case head.Format.String() != fmt.Sprint(Format):
		return nil, refuse("its format is %s, and this version reads format %d", quoteID(head.Format.String()), Format)
	}
	p := &Plan{}
	if err := decode(data, p, true); err != nil {
		return nil, refuse("it is not a saved plan of this version: %s", OneLine(err.Error()))
	}
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if err := s.check(); err != nil {
				return nil, err
			}
		}
	}
	digest, checksum := p.Digest, p.Checksum
	switch p.seal(); {
	case p.Digest != digest:
		return nil, refuse("it was edited: its steps have the digest %s", p.Digest)
	case p.Checksum != checksum:
		return nil, refuse("it was edited: its checksum is not that of what it says")
	}
	return p, nil
}

// check refuses a step that nobody can take.
func (s Step) check() error {
	k := resource.ByName(s.Kind)
	if k == nil {
		return refuse("this version knows no %s, which a step of it is about", quoteIfOdd(s.Kind))
	}
	if !k.Can(string(s.Op)) {
		return refuse("this version cannot %s %s, as a step of it does", quoteIfOdd(string(s.Op)), s.Kind)
	}
	return nil
}

// decode reads exactly one JSON value.
func decode(data []byte, v any, strict bool) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if strict {
		decoder.DisallowUnknownFields()
	}
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind it")
	}
	return nil
}
