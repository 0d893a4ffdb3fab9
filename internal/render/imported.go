package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// Imported says how the result of an import is shown.
type Imported struct {
	Colors   Colors
	IsUpdate bool   // existing files were edited
	IsDryRun bool   // nothing was written
	IsCommon bool   // shared settings were to move to new defaults
	Verbose  bool   // name every organization that the tree has already
	Next     string // the command to run next; "" for none

	file func(name string) string // returns the text to show for the name of a file
}

// WriteImport writes what an import did as text: a line for each file and for what was left out, and the totals.
func (v Imported) WriteImport(w io.Writer, r *adopt.Report) error {
	var b strings.Builder
	v.file = func(name string) string { return safetext.Line(r.Show(name)) }
	if r.Schema != nil {
		b.WriteString(v.Colors.Good("+ "+v.file(r.Schema.Name)) + ": the schema, for editors\n")
	}
	v.writeShared(&b, r)
	var had []string
	for _, o := range r.Orgs {
		switch {
		case o.Outcome == adopt.InTree:
			had = append(had, o.Name)
		case o.Outcome == adopt.Written || len(o.Left) > 0 && o.Outcome != adopt.Failed:
			v.writeOrg(&b, o)
		}
	}
	if len(had) > 0 {
		b.WriteString(v.inTree(had) + "\n")
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(v.Colors.Bold(v.total(r)) + "\n")
	if v.Next != "" && len(r.Files) > 0 {
		b.WriteString("\n" + withCommand(v.look(), v.Next) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v Imported) writeShared(b *strings.Builder, r *adopt.Report) {
	switch {
	case len(r.Shared) > 0:
		b.WriteString(v.Colors.Good("+ "+v.file(r.Defaults)) + ": " + partsText(r.Shared) + " that all organizations there share\n")
	case r.HadDefaults:
		b.WriteString("= " + v.file(r.Defaults) + " exists, so --common changes nothing there\n")
	case v.IsCommon && len(r.Orgs) > 0:
		b.WriteString(Wrap("= ", "--common wrote no defaults: it needs a new organization, and settings that all organizations there share", "  ") + "\n")
	}
}

func (v Imported) writeOrg(b *strings.Builder, o adopt.Org) {
	at, line := v.file(o.Source.File), ""
	if o.Source.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, o.Source.Line)
	}
	switch {
	case o.Outcome != adopt.Written:
		line = "= " + at
	case v.IsUpdate:
		line = v.Colors.Fair("~ " + at)
	default:
		line = v.Colors.Good("+ " + at)
	}
	b.WriteString(line + ": " + safetext.Value(o.Name))
	if len(o.Parts) > 0 {
		b.WriteString(", " + partsText(o.Parts))
	}
	b.WriteByte('\n')
	for _, l := range o.Left {
		b.WriteString(Wrap("    ", v.leftText(l), "      ") + "\n")
	}
}

// partsText returns what was written: 9 settings, 30 members.
func partsText(parts []adopt.Part) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		if texts[i] = Count(p.Count, strings.TrimSuffix(safetext.Value(p.Kind), "s")); p.Kind == resource.Organization.Name {
			texts[i] = Count(p.Count, "field") + " of the organization"
		}
	}
	return strings.Join(texts, ", ")
}

// leftText says what stays different, and why.
func (v Imported) leftText(l adopt.Left) string {
	what := safetext.Value(strings.TrimSuffix(l.Kind+"/"+l.Key, "/"))
	verb := "left out: "
	if v.IsUpdate {
		verb = "left as it is: "
	}
	return verb + what + ": " + reasonText(l)
}

func reasonText(l adopt.Left) string {
	switch l.Reason {
	case adopt.Unreadable:
		return "to read it the credential needs the role " + resource.ByName(l.Kind).ReadRole()
	case adopt.Expired:
		return "the invitation expired"
	case adopt.Rejected:
		return "the person rejected the invitation"
	case adopt.Missing:
		return "the tree creates or deletes the organization"
	}
	return safetext.Line(l.Err.Error())
}

// inTree says which organizations the tree has already.
func (v Imported) inTree(names []string) string {
	shown := items(names)
	if !v.Verbose {
		shown = suggest.Some(shown)
	}
	return wrap("", "In the tree already: ", shown)
}

// total counts the organizations.
func (v Imported) total(r *adopt.Report) string {
	written, failed := r.Count(adopt.Written), r.Count(adopt.Failed)
	var parts []string
	switch {
	case len(r.Orgs) == 0:
		return "No credential can see an organization."
	case v.IsUpdate && written == 0 && failed == 0:
		return "Nothing to update. " + matches(r.Count(adopt.Same)) + "."
	case v.IsUpdate:
		parts = append(parts, v.did("Updated", "Would update")+" "+Count(written, "organization"))
	default:
		parts = append(parts, v.did("Imported", "Would import")+" "+Count(written, "organization"))
	}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", failed))
	}
	if n := r.Count(adopt.InTree); n > 0 {
		parts = append(parts, fmt.Sprintf("%d in the tree already", n))
	}
	return strings.Join(parts, "; ") + "."
}

func (v Imported) did(done, would string) string {
	if v.IsDryRun {
		return would
	}
	return done
}

func matches(n int) string {
	if n == 1 {
		return "1 organization stays as it is"
	}
	return fmt.Sprintf("%d organizations stay as they are", n)
}

func (v Imported) look() string {
	switch {
	case v.IsDryRun:
		return "To write this"
	case v.IsUpdate:
		return "Look at the changes with git diff, then plan"
	}
	return "Look at the new files, then plan"
}

// WriteDiff writes the changes of files as a unified diff, which git apply understands.
func WriteDiff(w io.Writer, files []adopt.File) error {
	for _, f := range files {
		was := "a/" + f.Name
		if f.Was == nil {
			was = "/dev/null"
		}
		_, text, _ := bytes.Cut(diff.Diff(was, f.Was, "b/"+f.Name, f.Is), []byte("\n")) // without a line that only repeats the names
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}
