package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCreate: a new state file has the fleet and its credentials. Create never replaces a file.
func TestCreate(t *testing.T) {
	const id = "5f1b0c0d0e0f0a0bffff0001"
	f := &Fleet{Orgs: []*Org{{ID: id, Name: "Mine", Users: []*User{NewMember("a@acme.example", []string{orgOwner}, time.Now())}}}}
	f.AddCredential("MINE", id)
	dir := t.TempDir()
	file := filepath.Join(dir, "new", "fleet.json")
	s, err := Create(file, f)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, s).as("MINE").do("POST", v2+"/"+id+"/invites", `{"username":"b@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "")
	before := read(t, file)
	if !strings.Contains(before, `"5f1b0c0d0e0f0a0bffff0002"`) {
		t.Errorf("the counter of ids does not begin above those of the fleet: %s", before)
	}

	link := filepath.Join(dir, "link.json")
	if err := os.Symlink("nowhere.json", link); err != nil {
		t.Fatal(err)
	}
	for _, existing := range []string{file, link, dir} {
		_, err := Create(existing, f)
		if want := "sandbox state file " + existing + " exists already; remove it, or name another file with --state"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if after := read(t, file); after != before {
		t.Errorf("the file changed to %s", after)
	}
	if again, err := Open(file); err != nil || len(again.Credentials()) != 1 || again.Credentials()[0].Name != "MINE" {
		t.Errorf("the file cannot be opened again: %v", err)
	}
}

// TestMadeUpIDs: ids are valid, and different for different words. An invited person gets the id after that of the invitation.
func TestMadeUpIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, words := range [][]string{nil, {""}, {"", ""}, {"ab", "c"}, {"a", "bc"}, {"abc"}} {
		id := MadeUpID(words...)
		if !hexID.MatchString(id) || seen[id] || id != MadeUpID(words...) {
			t.Errorf("%q has the id %s", words, id)
		}
		seen[id] = true
	}
	u := NewInvitee("a@acme.example", []string{"ORG_MEMBER"}, platform, "ACME", time.Now())
	if !hexID.MatchString(u.ID) || u.ID[:23] != u.Invitation.ID[:23] || u.ID[23] == u.Invitation.ID[23] || u.ID < u.Invitation.ID {
		t.Errorf("the user %s has the invitation %s", u.ID, u.Invitation.ID)
	}
}
