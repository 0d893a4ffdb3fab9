package adopt

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldoc"
)

// Edited is a file after live changes were brought into one of its documents.
type Edited struct {
	Text  []byte
	Steps []plan.Step // those that are brought in, in part or in full
	Rest  []plan.Step // those that are not, as a plan over the new file must show them
	Left  []Left      // why not
}

// Edit brings what is live into the document of an organization: afterwards the tree asks for what the steps would change. It edits each
// value where the document sets it. It overrides what comes from defaults. Every other byte stays. An error is a bug of this program.
//
// If check is not nil, it returns why a text is not valid as a part of its tree. A step that would lead to such a text stays.
func Edit(ctx context.Context, text []byte, o *spec.Org, live planner.Live, steps []plan.Step, check func(text []byte) error) (Edited, error) {
	order, err := spec.DocumentOrder()
	if err != nil {
		return Edited{}, err
	}
	e := &editor{ctx: ctx, org: o, live: live, check: check}
	if e.document, err = find(text, o, order); err != nil {
		return Edited{}, err
	}
	steps = inEditOrder(o, steps)
	rest := e.adoptAll(steps)
	done := Edited{}
	for i, s := range steps {
		if rest[i] == nil || !reflect.DeepEqual(rest[i].After, s.After) {
			done.Steps = append(done.Steps, s)
		}
		if rest[i] != nil {
			done.Rest = append(done.Rest, *rest[i])
		}
	}
	done.Text, done.Left = e.document.Text(), e.left
	return done, nil
}

// inEditOrder returns the steps in the order in which to edit. Removals come first: with a new neighbor below, a comment above could be
// about both. But in a list that loses everybody, additions come first, because an empty list would lose its form.
func inEditOrder(o *spec.Org, steps []plan.Step) []plan.Step {
	removed := map[string]int{}
	for _, s := range steps {
		if s.Op == plan.Create {
			removed[s.Kind]++
		}
	}
	rank := func(s plan.Step) int {
		switch isEmptied := removed[s.Kind] == len(o.Want[s.Kind]); {
		case s.Op == plan.Create && !isEmptied:
			return 0
		case s.Op == plan.Create:
			return 2
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(steps), func(a, b plan.Step) int { return rank(a) - rank(b) })
}

// adoptAll brings the reverse of each step into the document. It returns for each step the part of it that stays, or nil. It tries again
// what stays, because a later edit may have removed the reason, such as the only alias of an anchor.
func (e *editor) adoptAll(steps []plan.Step) []*plan.Step {
	rest := make([]*plan.Step, len(steps))
	for i := range steps {
		rest[i] = &steps[i]
	}
	if i := slices.IndexFunc(steps, isOfWhole); i >= 0 { // nothing in it is live
		e.keep(Missing, steps[i], nil)
		return rest
	}
	adoptTogether(e, rest)
	for before := (*yamldoc.Document)(nil); before != e.document; {
		before, e.left = e.document, nil
		for i, s := range rest {
			if s != nil {
				rest[i] = e.adoptChecked(*s)
			}
		}
	}
	return rest
}

// editor edits one document of a file.
type editor struct {
	ctx      context.Context
	document *yamldoc.Document
	org      *spec.Org
	live     planner.Live
	check    func(text []byte) error
	left     []Left
	index    index
}

// errMoved says that the file is not the one that the tree was read from.
var errMoved = errors.New("the file no longer has the organization where it was read; run the command again")

// find returns the document of an organization in the text of its file.
func find(text []byte, o *spec.Org, order *yamldoc.Order) (*yamldoc.Document, error) {
	documents, err := yamldoc.Open(text, order)
	if err != nil {
		return nil, err
	}
	start := o.Start()
	i := slices.IndexFunc(documents, func(d *yamldoc.Document) bool {
		return d.Root.Place.Line == start.Line && d.Root.Place.Column == start.Column
	})
	if i < 0 {
		return nil, errMoved
	}
	return documents[i], nil
}

// take keeps the result of an edit. After an error, the document stays as it is.
func (e *editor) take(changed *yamldoc.Document, err error) error {
	if err == nil {
		e.document = changed
	}
	return err
}

// keep records why a step stays, and returns the step.
func (e *editor) keep(reason Reason, s plan.Step, err error) *plan.Step {
	l := Left{Reason: reason, Kind: s.Kind, Key: s.Key, Err: err}
	e.left = append(e.left, l)
	return &s
}

// adoptChecked is adopt for a step that may lead to a text that is not valid.
func (e *editor) adoptChecked(s plan.Step) *plan.Step {
	was, left := e.document, len(e.left)
	rest := e.adopt(s)
	if e.check == nil || e.document == was {
		return rest
	}
	if err := e.check(e.document.Text()); err != nil {
		e.document, e.left = was, e.left[:left]
		return e.keep(Invalid, s, err)
	}
	return rest
}

// isOfWhole reports whether a step creates or deletes the organization.
func isOfWhole(s plan.Step) bool { return s.CreatesOrg() || s.DeletesOrg() }

// adopt brings the reverse of a step into the document. It returns the part of the step that a plan still needs, or nil.
func (e *editor) adopt(s plan.Step) *plan.Step {
	k := resource.ByName(s.Kind)
	switch {
	case s.ReinviteReason == plan.AfterExpiry:
		return e.keep(Expired, s, nil)
	case s.ReinviteReason == plan.AfterRejection:
		return e.keep(Rejected, s, nil)
	case s.Op == plan.Update:
		return e.adoptFields(k, s)
	}
	was := e.document
	err := e.own(k)
	if err == nil && s.Op == plan.Delete {
		err = e.add(k, s)
	} else if err == nil {
		err = e.remove(k, s.Key)
	}
	if err != nil {
		e.document = was
		return e.keep(reasonOf(err), s, err)
	}
	return nil
}

func reasonOf(err error) Reason {
	if invalid := (*invalidError)(nil); errors.As(err, &invalid) {
		return Invalid
	}
	return Shared
}

// invalidError says that the schema does not allow a live value.
type invalidError struct{ error }

func (e *invalidError) Unwrap() error { return e.error }

// check makes sure that the tree may have these fields of an object.
func check(k *resource.Kind, key string, fields resource.Fields, exists bool) error {
	if err := spec.CheckFields(k, key, fields, exists); err != nil {
		return &invalidError{err}
	}
	return nil
}

// own makes sure that the document itself has a list. It copies a list that comes from defaults, because lists replace.
func (e *editor) own(k *resource.Kind) error {
	if k.Key == "" || e.document.Root.Entry(k.Name) != nil {
		return nil
	}
	return e.take(e.document.Set(yamldoc.Path{k.Name}, items(k, e.org.Want[k.Name])))
}

// add adds the object that a step would delete.
func (e *editor) add(k *resource.Kind, s plan.Step) error {
	o := e.live.State.Find(k.Name, s.Key)
	if o == nil {
		return errMoved
	}
	fields := item(k, *o)
	if err := check(k, s.Key, without(fields, k.Key), true); err != nil {
		return err
	}
	return e.take(e.document.Add(yamldoc.Path{k.Name}, fields))
}

// remove removes the object that a step would create.
func (e *editor) remove(k *resource.Kind, key string) error {
	at, err := e.index.pathOf(e.document, k, key)
	if err != nil {
		return err
	}
	return e.take(e.document.Remove(at))
}

// index finds the objects in the lists of a document.
type index struct {
	of    *yamldoc.Document         // it is built again for another document
	items map[string]map[string]int // by kind and normalized key
}

// pathOf returns the path of an object in the document.
func (x *index) pathOf(d *yamldoc.Document, k *resource.Kind, key string) (yamldoc.Path, error) {
	switch {
	case k == resource.Organization:
		return nil, nil
	case k.Key == "":
		return yamldoc.Path{k.Name}, nil
	}
	if x.of != d {
		*x = index{d, map[string]map[string]int{}}
	}
	if x.items[k.Name] == nil {
		x.items[k.Name] = itemsOf(k, d)
	}
	if i, ok := x.items[k.Name][normalize(k, key)]; ok {
		return yamldoc.Path{k.Name, i}, nil
	}
	return nil, errMoved
}

// itemsOf returns the index of each item in the list of a kind, by its normalized key.
func itemsOf(k *resource.Kind, d *yamldoc.Document) map[string]int {
	items := map[string]int{}
	for i, item := range d.Root.Get(k.Name).Items() {
		key := normalize(k, spec.KeyOf(k, item))
		if _, ok := items[key]; !ok {
			items[key] = i
		}
	}
	return items
}

// normalize returns a key in the form that comparisons need. The tree may be written in another form.
func normalize(k *resource.Kind, key string) string {
	if k.IsPeople() {
		return resource.NormalizeEmail(key)
	}
	return resource.NormalizeName(key)
}

func without(fields resource.Fields, field string) resource.Fields {
	rest := maps.Clone(fields)
	delete(rest, field)
	return rest
}
