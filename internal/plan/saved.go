package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// SavedError is the reason why a text is not accepted as a saved plan.
type SavedError struct{ Reason string }

func (e *SavedError) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &SavedError{fmt.Sprintf(format, args...)} }

// IsSaved reports whether a text is a saved plan, of this or another version.
func IsSaved(data []byte) bool {
	var head struct {
		Format   *json.Number
		Checksum string
	}
	return decode(data, &head, false) == nil && head.Format != nil && head.Checksum != ""
}

// ReadJSON reads a saved plan. It returns a [SavedError] if the text is not a saved plan, has another format, was edited, or has a
// step that this version cannot carry out.
func ReadJSON(data []byte) (*Plan, error) {
	var head struct{ Format *json.Number }
	switch err := decode(data, &head, false); {
	case err != nil || head.Format == nil:
		return nil, refuse("it is not a saved plan")
	case head.Format.String() != fmt.Sprint(Format):
		return nil, refuse("it has format %s, but this version reads format %d", safetext.ID(head.Format.String()), Format)
	}
	p := &Plan{}
	if err := decode(data, p, true); err != nil {
		return nil, refuse("it is not a saved plan of this version: %s", safetext.Line(err.Error()))
	}
	if err := p.checkShape(); err != nil {
		return nil, err
	}
	digest, checksum := p.Digest, p.Checksum
	switch p.setDigest(); {
	case p.Digest != digest:
		return nil, refuse("it was edited: its steps have another digest, %s", p.Digest)
	case p.Checksum != checksum, !p.is(data):
		return nil, refuse("it was edited: its checksum does not match its content")
	}
	return p, nil
}

// is reports whether the text is the JSON form of the plan, apart from white space. Other readers may understand a different text
// differently: for example one with a duplicate key, or with a key in capitals.
func (p *Plan) is(data []byte) bool {
	var mine, given bytes.Buffer
	if err := safetext.WriteJSON(&mine, p, ""); err != nil {
		return false
	}
	text := mine.Bytes()
	mine = bytes.Buffer{}
	return json.Compact(&mine, text) == nil && json.Compact(&given, data) == nil && bytes.Equal(mine.Bytes(), given.Bytes())
}

// checkShape rejects a plan that cannot be carried out, or that would do more than it shows.
func (p *Plan) checkShape() error {
	ids := map[string]bool{}
	for _, org := range p.Orgs {
		if org.ID != "" && !resource.IsID(org.ID) {
			return refuse("it has an organization with the id %s, but an id of Atlas has 24 hexadecimal digits", safetext.ID(org.ID))
		}
		if org.ID != "" && ids[org.ID] && len(org.Steps) > 0 {
			return refuse("it has the organization %s twice", safetext.ID(org.ID))
		}
		ids[org.ID] = ids[org.ID] || len(org.Steps) > 0 // without steps, it can be one that the tree describes twice
		if !org.isIdentified() {
			return refuse("it does not identify the organization %s", safetext.Value(org.Name))
		}
		if err := org.checkSteps(); err != nil {
			return err
		}
	}
	return nil
}

func (o Org) checkSteps() error {
	known, at := map[subject]*Step{}, organizationPhase
	for i, s := range o.Steps {
		if err := checkStep(s, o.Creates()); err != nil {
			return err
		}
		first, last := phasesOf(s)
		switch {
		case s.TakesOwner() && s.Op == Update && !changesOwner(s):
			return refuse("its step %s takes ORG_OWNER and also changes something else; this version makes two steps of it", s.Line())
		case last < at:
			return refuse("its step %s must come before %s", s.Line(), o.Steps[i-1].Line())
		case first < at:
			at = last
		default:
			at = first
		}
		about := subjectOf(s)
		if known[about] != nil || known[about.other()] != nil && !isSplit(s, *known[about.other()]) {
			return refuse("it has two steps for %s", safetext.Value(s.Address()))
		}
		known[about] = &o.Steps[i]
	}
	return nil
}

// isIdentified reports whether the plan identifies the organization: by an id, or by a creation as the first step. A deletion must be
// the only step, and must contain the name of the organization.
func (o Org) isIdentified() bool {
	for i, s := range o.Steps {
		if s.CreatesOrg() && (i > 0 || !o.canCreate(s)) || s.DeletesOrg() && (len(o.Steps) > 1 || s.Before["name"] != o.Name) {
			return false
		}
	}
	return len(o.Steps) == 0 || o.Creates() || o.ID != ""
}

// canCreate reports whether a step can create the organization: it has no id yet, the names are equal, and an organization pays for it.
func (o Org) canCreate(s Step) bool {
	return o.ID == "" && s.After["name"] == o.Name && s.After[resource.Payer] != nil
}

// checkStep rejects a step that cannot be carried out, or that does not show what it does. isNew means a new organization: there the
// values before a change of settings are unknown.
func checkStep(s Step, isNew bool) error {
	k := resource.ByName(s.Kind)
	switch {
	case k == nil:
		return refuse("this version does not know %s, which a step changes", safetext.Value(s.Kind))
	case !k.Can(string(s.Op)):
		return refuse("this version cannot %s %s", safetext.Value(string(s.Op)), s.Kind)
	case isNew && s.Op == Update && k.Key == "" && s.Before == nil && len(s.After) > 0:
		return nil
	case s.ID != "" && !resource.IsID(s.ID):
		return refuse("its step %s has the id %s, but an id of Atlas has 24 hexadecimal digits", s.Line(), safetext.ID(s.ID))
	case (s.Key == "") != (k.Key == ""), !isWhole(s, k), !canReinvite(s, k):
		return refuse("its step %s is incomplete", s.Line())
	case hasOddKey(s, k):
		return refuse("its step %s names the person in a form that this version does not use", s.Line())
	}
	return nil
}

// hasOddKey reports whether a person has another form of the key than this version compares. Another version may have saved it.
func hasOddKey(s Step, k *resource.Kind) bool {
	return k.IsPeople() && s.Key != resource.NormalizeEmail(s.Key)
}

// canReinvite reports whether the step has no reason to invite a person again, or a valid one.
func canReinvite(s Step, k *resource.Kind) bool {
	switch s.ReinviteReason {
	case "":
		return true
	case AfterExpiry, AfterRejection:
		return s.Op == Create && k.IsPeople()
	}
	return false
}

// isWhole reports whether the step has the values before and after that its operation needs.
func isWhole(s Step, k *resource.Kind) bool {
	switch s.Op {
	case Create:
		return s.Before == nil && s.After != nil
	case Delete:
		return len(s.Before) > 0 && s.After == nil && (resource.HasRoles(s.Before) || !k.IsPeople())
	}
	return len(s.After) > 0 && sameKeys(s.Before, s.After) && hasSameParts(s, k)
}

// hasSameParts reports whether the records of before and after have the same parts.
func hasSameParts(s Step, k *resource.Kind) bool {
	for field, value := range s.After {
		after, record := value.(resource.Fields)
		before, _ := s.Before[field].(resource.Fields)
		if record && !k.IsMap(field) && !sameKeys(before, after) {
			return false
		}
	}
	return true
}

func sameKeys(a, b resource.Fields) bool {
	return len(a) == len(b) && !slices.ContainsFunc(slices.Collect(maps.Keys(a)), func(key string) bool {
		_, ok := b[key]
		return !ok
	})
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
		return errors.New("there is more text after the plan")
	}
	return nil
}
