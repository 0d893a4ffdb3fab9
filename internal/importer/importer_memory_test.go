package importer_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/importer"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/reconcile/reconciletest"
	"atlas-gitops/internal/sandbox"
)

// sandboxAddress is the variable with the address of the sandbox for the process that imports.
const sandboxAddress = "IMPORTER_TEST_SANDBOX"

// BenchmarkImport imports 200 organizations of 100 people over loopback. It reports the peak memory of a process that only imports, as
// Linux counts it: VmHWM, which includes the program itself. The sandbox is in this process.
func BenchmarkImport(b *testing.B) {
	fleet := largeFleet(200, 100)
	for b.Loop() {
		b.StopTimer()
		server := httptest.NewServer(sandbox.New(fleet)) // with fresh limits
		w := &world{fleet: fleet}
		child := exec.Command(os.Args[0], "-test.run=^TestImportProcess$", "-test.v")
		child.Dir, child.Env = b.TempDir(), append(os.Environ(), sandboxAddress+"="+server.URL)
		for name, value := range w.variables() {
			child.Env = append(child.Env, name+"="+value)
		}
		b.StartTimer()
		out, err := child.CombinedOutput()
		server.Close()
		_, peak, isThere := strings.Cut(string(out), "peak KiB: ")
		if err != nil || !isThere {
			b.Fatalf("%v\n%s", err, out)
		}
		peak, _, _ = strings.Cut(peak, "\n")
		kib, err := strconv.Atoi(peak)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(kib)/1024, "peak-MiB")
	}
}

// largeFleet returns organizations with people who have teams and projects.
func largeFleet(orgs, people int) *sandbox.Fleet {
	fleet := &sandbox.Fleet{}
	for i := range orgs {
		o := &sandbox.Org{ID: id(i), Name: fmt.Sprintf("Acme %d", i), Settings: map[string]any{"operationsContact": "ops@acme.example"}}
		for n := range 10 {
			o.Teams = append(o.Teams, &sandbox.Team{ID: sandbox.MadeUpID("team", o.ID, fmt.Sprint(n)), Name: fmt.Sprintf("Team %d", n)})
			o.Projects = append(o.Projects, &sandbox.Project{ID: sandbox.MadeUpID("project", o.ID, fmt.Sprint(n)), Name: fmt.Sprintf("Project %d", n)})
		}
		for n := range people {
			u := sandbox.NewMember(fmt.Sprintf("somebody%d@acme.example", n), []string{"ORG_OWNER", "ORG_MEMBER"}, time.Now())
			u.TeamIDs = []string{o.Teams[n%10].ID, o.Teams[(n+1)%10].ID}
			u.GroupRoles = []sandbox.GroupRoles{{GroupID: o.Projects[n%10].ID, Roles: []string{"GROUP_OWNER", "GROUP_READ_ONLY"}}}
			o.Users = append(o.Users, u)
		}
		fleet.Orgs = append(fleet.Orgs, o)
		fleet.AddCredential(fmt.Sprintf("C%d", i), o.ID)
	}
	return fleet
}

// TestImportProcess is the process that [BenchmarkImport] measures.
func TestImportProcess(t *testing.T) {
	address := os.Getenv(sandboxAddress)
	if address == "" {
		return // only BenchmarkImport runs it
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	debug.SetGCPercent(40) // as the program does
	env := reconcile.Env{Getenv: os.Getenv, Environ: os.Environ, Now: time.Now, Files: files.System{}, Dir: dir, Follow: files.Follow,
		CreateShared: files.CreateShared, Replace: files.Replace, Transport: &http.Transport{MaxIdleConnsPerHost: 128}}
	c, err := env.Connect(t.Context(), reconcile.ConnectOptions{BaseURL: address, Observer: reconciletest.Silent{}})
	if err != nil {
		t.Fatal(err)
	}
	report, err := importer.New(t.Context(), env, c, importer.Options{Dir: "orgs", Common: true, Parallel: 128})
	if err == nil {
		err = importer.Write(env, report)
	}
	if err != nil || len(report.Files) != 201 {
		t.Fatal(len(report.Files), err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal("only Linux counts the peak: ", err)
	}
	_, peak, _ := bytes.Cut(status, []byte("VmHWM:"))
	fmt.Printf("peak KiB: %s\n", bytes.Fields(peak)[0])
}
