package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// crowd returns a fleet whose changes are long.
func crowd() *Fleet {
	f := tiny()
	for i := range 400 {
		f.Orgs[0].Users = append(f.Orgs[0].Users, NewMember(fmt.Sprintf("person%d@acme.example", i), []string{orgOwner}, demoStart()))
	}
	return f
}

// TestStateIsBounded: the changes in the file get no longer than the fleet, or than minCompact. Only then is the file replaced.
func TestStateIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, err := Create(file, crowd())
	if err != nil {
		t.Fatal(err)
	}
	replaced := 0
	for i := range 40 {
		before := stat(t, file)
		if err := rename(s, fmt.Sprint("Name ", i)); err != nil {
			t.Fatal(err)
		}
		after := stat(t, file)
		if after.Mode() != 0o600 || after.Size() > 2*minCompact {
			t.Fatalf("%v with %d bytes", after.Mode(), after.Size())
		}
		if !os.SameFile(before, after) {
			replaced++
		}
		again, err := Open(file)
		if err != nil || !bytes.Equal(encode(again.state.fleet), encode(s.state.fleet)) {
			t.Fatalf("change %d is not in the file: %v", i, err)
		}
	}
	if replaced < 2 || replaced > 8 {
		t.Errorf("the file was replaced %d times", replaced)
	}
}

func stat(t *testing.T, file string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// TestStateCannotBeReplaced: the changes are too long, but the file cannot be replaced. The request is refused, and nothing changes.
func TestStateCannotBeReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), strings.Repeat("x", 250)) // too long a name for a temporary file next to it
	write(t, file, string(encode(crowd().ready())))
	c := open(t, file)
	res, n, before := response{status: 200}, 0, ""
	for ; res.status == 200 && n < 40; n++ {
		before = read(t, file)
		res = c.do("PATCH", v2+"/"+prodID, fmt.Sprintf(`{"name":"Name %d"}`, n))
	}
	res.want(t, 409, "SANDBOX_STATE_NOT_SAVED")
	if detail, _ := res.object()["detail"].(string); !strings.Contains(detail, "cannot be written") {
		t.Errorf("detail %q", detail)
	}
	want := fmt.Sprint("Name ", n-2)
	if name := c.do("GET", v2+"/"+prodID, "").object()["name"]; name != want || open(t, file).s.OrgNames()[0] != want || read(t, file) != before {
		t.Errorf("the refused change %d was kept: %v", n-1, name)
	}
}
