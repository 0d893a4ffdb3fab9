package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tiny returns a fleet of two organizations without people.
func tiny() *Fleet {
	f := &Fleet{Orgs: []*Org{{ID: prodID, Name: "One"}, {ID: stageID, Name: "Two"}}}
	f.AddCredential("ACME_PROD", prodID)
	return f
}

// rename saves a new name for the first organization, as a request would.
func rename(s *Server, name string) error {
	_, err := s.state.change(s.state.fleet.Orgs[0], func(d *draft) (any, error) {
		d.org.Name = name
		return nil, nil
	})
	return err
}

// TestStateOfBefore: a file that holds only a fleet, as older versions of the program wrote it. A change stands behind the fleet.
func TestStateOfBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	text, err := json.MarshalIndent(Demo(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "\n", "  \n \n"} {
		write(t, file, string(text)+end)
		open(t, file).do("PATCH", v2+"/"+prodID, `{"name":"New"}`).want(t, 200, "")
		after := strings.TrimPrefix(read(t, file), string(text)+strings.TrimSuffix(end, "\n")+"\n")
		if !strings.HasPrefix(after, `{"lastId":`) || strings.Count(after, "\n") != 1 || strings.Contains(after, stageID) {
			t.Errorf("end %q: the file has the fleet, and then %q", end, after)
		}
		if got := open(t, file).s.OrgNames()[0]; got != "New" {
			t.Errorf("end %q: the file has the name %q", end, got)
		}
	}
}

// TestGrantIsKept: a credential of Grant is in the file after the next change.
func TestGrantIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	c := open(t, file)
	want := []Credential{c.s.Grant("MINE", "Acme-Stage"), c.s.Grant("LATER", "Acme-New"), c.s.Grant("LATER", "Acme-Production")}[:2]
	want[1].OrgID = prodID
	c.do("PATCH", v2+"/"+prodID, `{"name":"New"}`).want(t, 200, "")
	if diff := cmp.Diff(want, open(t, file).s.Credentials()[6:]); diff != "" {
		t.Error(diff)
	}
}

// TestCutOff cuts the file at every byte of its changes, as if the process had been killed while it wrote. The changes before the cut
// are there, and the next change leaves a whole file.
func TestCutOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, err := Create(file, tiny())
	if err != nil {
		t.Fatal(err)
	}
	from := len(read(t, file))
	for i := range 3 {
		if err := rename(s, fmt.Sprint("Name ", i)); err != nil {
			t.Fatal(err)
		}
	}
	whole := read(t, file)
	for cut := from; cut <= len(whole); cut++ {
		write(t, file, whole[:cut])
		s, err := Open(file)
		if err != nil {
			t.Fatalf("cut at byte %d of %d: %v", cut, len(whole), err)
		}
		want := []string{"One", "Name 0", "Name 1", "Name 2"}[changesIn(whole[from:], cut-from)]
		if got := s.OrgNames()[0]; got != want {
			t.Fatalf("cut at byte %d of %d: got %q, want %q", cut, len(whole), got, want)
		}
		if read(t, file) != whole[:cut] {
			t.Fatal("opening the file changed it")
		}
		if err := rename(s, "Next"); err != nil {
			t.Fatal(err)
		}
		if again, err := Open(file); err != nil || again.OrgNames()[0] != "Next" || !strings.HasSuffix(read(t, file), "\n") {
			t.Fatalf("cut at byte %d of %d: after the next change: %v\n%s", cut, len(whole), err, read(t, file))
		}
	}
}

// changesIn returns how many changes are whole if the lines are cut. A change is whole without its line break, too.
func changesIn(lines string, cut int) (n int) {
	for i := range cut {
		if lines[i] == '\n' || i+1 == cut && i+1 < len(lines) && lines[i+1] == '\n' {
			n++
		}
	}
	return n
}

// FuzzState: what is in a file never makes Open panic. If it can be opened, the part that counts gives the same fleet.
func FuzzState(f *testing.F) {
	fleet := encode(tiny().ready())
	f.Add(fleet)
	for _, more := range []string{"", "{", `{"lastId":9}`, `{"orgs":[{"id":"` + prodID + `"}]}` + "\n", " \n\n{}\n{}", "null\n", "\r\n{}\r\n\xff"} {
		f.Add([]byte(string(fleet) + "\n" + more))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := &stateFile{path: "fuzz"}
		got, err := s.decode(raw)
		if err != nil {
			return
		}
		if s.fleet < 1 || s.end < s.fleet || s.end > int64(len(raw)) {
			t.Fatalf("fleet %d, end %d of %d", s.fleet, s.end, len(raw))
		}
		again := &stateFile{path: "fuzz"}
		if same, err := again.decode(raw[:s.end]); err != nil || again.end != s.end || !bytes.Equal(encode(got), encode(same)) {
			t.Fatalf("%v, end %d and %d", err, s.end, again.end)
		}
	})
}
