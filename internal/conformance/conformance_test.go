package conformance

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/sandbox"
)

// TestConformance sends every possible request to a sandbox: those of the program, calls for everything that the
// sandbox supports, and those of the official SDK. All requests and answers must agree with the official description.
func TestConformance(t *testing.T) {
	program, byHand, bySDK := driveProgram(t), driveSandbox(t), driveSDK(t)
	all := slices.Concat(program, byHand, bySDK)
	data := readDescription(t) // only now, because the steps above do not need it
	d := newDescription(t, data, amendments(t)...)
	t.Logf("%d exchanges of the program, %d by hand, %d of the SDK", len(program), len(byHand), len(bySDK))

	t.Run("program", func(t *testing.T) { d.judge(t, program, true) })
	t.Run("by hand", func(t *testing.T) { d.judge(t, byHand, false) })
	t.Run("SDK", func(t *testing.T) { d.judge(t, bySDK, false) })
	t.Run("every deviation is needed", func(t *testing.T) { checkDeviations(t, data, all) })
	t.Run("the program sends every request", func(t *testing.T) { d.checkProgram(t, program) })
	t.Run("the calls cover the sandbox", func(t *testing.T) { d.checkRepertoire(t, byHand) })
}

// judge reports each violation once.
func (d *description) judge(t *testing.T, exchanges []exchange, every bool) {
	told := map[string]bool{}
	for _, e := range exchanges {
		for _, v := range d.violations(t.Context(), e, every) {
			if !told[v] {
				t.Errorf("%s\n\t%s %s %s\n\t%d %s", v, e.method, e.uri, e.body, e.status, e.answer)
			}
			told[v] = true
		}
	}
}

// checkDeviations finds entries of the list that nothing deviates from any more.
func checkDeviations(t *testing.T, data []byte, all []exchange) {
	listed, bare := amendments(t), newDescription(t, data)
	deviant := map[string]exchange{} // one exchange for each set of violations
	for _, e := range all {
		if found := bare.violations(t.Context(), e, false); len(found) > 0 {
			deviant[strings.Join(found, "\n")] = e
		}
	}
	data = bare.prune(t, data, deviant)
	for i, a := range listed {
		without := newDescription(t, data, slices.Delete(slices.Clone(listed), i, i+1)...)
		needed := false
		for _, e := range deviant {
			needed = needed || len(without.violations(t.Context(), e, false)) > 0
		}
		if !needed {
			t.Errorf("nothing deviates at %s (%s); remove it from the list", a.at, a.why)
		}
	}
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// checkRepertoire asks a sandbox for every operation of the description. If the sandbox knows it, one of the calls must
// have used it successfully.
func (d *description) checkRepertoire(t *testing.T, byHand []exchange) {
	a := newAtlas(t, sandbox.New(sandbox.Demo()))
	network := byToken().with(t, a.base, a.credential("ACME_PROD"), a.recorder)
	var known []string
	for path, item := range d.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			c := call{method: method, path: parameter.ReplaceAllString(path, nothing)} // another organization's id, so nothing happens
			response, err := network.RoundTrip(c.request(t, a.base))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			switch response.Header.Get("X-Error-Code") {
			case "SANDBOX_NOT_EMULATED":
			case "METHOD_NOT_ALLOWED":
				t.Errorf("%s %s is in the description, so it must not be a 405", method, path)
			default:
				known = append(known, variants(operation)...)
			}
		}
	}
	slices.Sort(known)
	if diff := cmp.Diff(slices.Compact(known), d.succeeded(byHand)); diff != "" {
		t.Errorf("(-the sandbox knows +calls that succeeded)\n%s", diff)
	}
}

// variants returns an operation in each of its versions: its id and the date.
func variants(o *openapi3.Operation) []string {
	types := versions(o)
	if len(types) == 0 {
		return []string{o.OperationID + " "} // the operation has no answer body
	}
	for i, mediaType := range types {
		types[i] = o.OperationID + " " + date(mediaType)
	}
	return types
}

// succeeded returns the operations that succeeded, each with the version of the answer, sorted.
func (d *description) succeeded(exchanges []exchange) []string {
	var all []string
	for _, e := range exchanges {
		if route, _ := d.operation(e); route != nil && e.succeeded() {
			mediaType, _, _ := strings.Cut(e.header.Get("Content-Type"), ";")
			all = append(all, route.Operation.OperationID+" "+date(mediaType))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
