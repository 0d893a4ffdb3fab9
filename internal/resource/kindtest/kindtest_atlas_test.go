package kindtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
)

// acme is the id of the only organization at the beginning of a test.
const acme = "000000000000000000000001"

// atlas is an Atlas with squads and tokens. It rejects requests that a kind must not send.
type atlas struct {
	lastID  int
	names   map[string]string // of the objects that it created, by id
	orgs    []resource.Fields
	squads  map[string][]resource.Fields // by organization
	tokens  map[string][]resource.Fields
	secrets []string // all secrets that it handed out
	hides   string   // the name of a token that it does not list
	ignores string   // the name of a token whose access list it accepts, but does not change
}

func newAtlas() *atlas {
	a := &atlas{names: map[string]string{}, squads: map[string][]resource.Fields{}, tokens: map[string][]resource.Fields{}}
	a.orgs = append(a.orgs, resource.Fields{"id": a.newID(), "name": "Acme", "isDeleted": false, "skipDefaultAlertsSettings": false})
	return a
}

func (a *atlas) newID() string {
	a.lastID++
	return fmt.Sprintf("%024x", a.lastID)
}

func (a *atlas) newSecret() string {
	a.secrets = append(a.secrets, fmt.Sprintf("mdb_sa_sk_%d", len(a.secrets)+1))
	return a.secrets[len(a.secrets)-1]
}

// serve answers a request for /orgs/….
func (a *atlas) serve(method string, path []string, data []byte) (status int, answer any) {
	body := resource.Fields{}
	if len(data) > 0 && json.Unmarshal(data, &body) != nil {
		return problem(http.StatusBadRequest, "INVALID_JSON")
	}
	if len(path) == 1 {
		return a.serveOrgs(method, body)
	}
	switch at := find(a.orgs, "id", path[1]); {
	case at < 0:
		return problem(http.StatusNotFound, "NO_SUCH_PATH")
	case len(path) == 2:
		return http.StatusOK, a.orgs[at]
	}
	switch path[2] {
	case "squads":
		return a.serveSquads(method, path[1], path[3:], body)
	case "tokens":
		return a.serveTokens(method, path[1], path[3:], body)
	}
	return problem(http.StatusNotFound, "NO_SUCH_PATH")
}

func (a *atlas) serveOrgs(method string, body resource.Fields) (int, any) {
	if method == http.MethodGet {
		return page(a.orgs)
	}
	org := resource.Fields{"id": a.newID(), "name": body["name"], "isDeleted": false, "skipDefaultAlertsSettings": false}
	a.orgs = append(a.orgs, org)
	account := resource.Fields{"clientId": "mdb_sa_id_2", "secrets": []any{resource.Fields{"secret": a.newSecret()}}}
	return http.StatusCreated, resource.Fields{"organization": org, "serviceAccount": account}
}

func (a *atlas) serveSquads(method, org string, path []string, body resource.Fields) (int, any) {
	all := a.squads[org]
	switch {
	case len(path) == 0 && method == http.MethodGet:
		return page(all)
	case len(path) == 0 && method == http.MethodPost:
		return a.add(a.squads, org, body, "name", "purpose")
	}
	i := find(all, "id", path[0])
	switch {
	case i < 0 || len(path) > 1:
	case method == http.MethodPatch:
		return change(all[i], body, "purpose")
	case method == http.MethodDelete && slices.ContainsFunc(a.tokens[org], func(t resource.Fields) bool { return slices.Contains(t["squads"].([]any), all[i]["id"]) }):
		return problem(http.StatusConflict, "SQUAD_HAS_TOKENS")
	case method == http.MethodDelete:
		a.squads[org] = slices.Delete(all, i, i+1)
		return http.StatusNoContent, nil
	}
	return problem(http.StatusNotFound, "NO_SUCH_PATH")
}

func (a *atlas) serveTokens(method, org string, path []string, body resource.Fields) (int, any) {
	all := a.tokens[org]
	refs, _ := body["squads"].([]any)
	switch {
	case slices.ContainsFunc(refs, func(id any) bool { return find(a.squads[org], "id", id) < 0 }):
		return problem(http.StatusBadRequest, "NO_SUCH_SQUAD")
	case len(path) == 0 && method == http.MethodGet:
		return page(slices.DeleteFunc(slices.Clone(all), func(t resource.Fields) bool { return t["name"] == a.hides }))
	case len(path) == 0 && method == http.MethodPost:
		status, made := a.add(a.tokens, org, body, "name", "roles", "squads")
		if fields, ok := made.(resource.Fields); ok && status == http.StatusCreated {
			fields["secret"] = a.newSecret()
		}
		return status, made
	}
	if i := find(all, "id", path[0]); i >= 0 {
		return a.serveToken(method, org, i, strings.Join(path[1:], "/"), body)
	}
	return problem(http.StatusNotFound, "NO_SUCH_PATH")
}

// serveToken answers a request for one token of an organization, or for its access list.
func (a *atlas) serveToken(method, org string, i int, at string, body resource.Fields) (int, any) {
	all := a.tokens[org]
	switch {
	case at == "accessList":
		return a.serveAccessList(method, all[i], body)
	case at != "":
	case method == http.MethodPatch:
		return change(all[i], body, "roles", "squads")
	case method == http.MethodDelete:
		a.tokens[org] = slices.Delete(all, i, i+1)
		return http.StatusNoContent, nil
	}
	return problem(http.StatusNotFound, "NO_SUCH_PATH")
}

func (a *atlas) serveAccessList(method string, token, body resource.Fields) (int, any) {
	entries, _ := token["accessList"].([]any)
	if method == http.MethodPut {
		if _, ok := body["entries"].([]any); !ok || len(body) != 1 {
			return problem(http.StatusBadRequest, "INVALID_ATTRIBUTE")
		}
		if token["name"] != a.ignores {
			entries = body["entries"].([]any)
			token["accessList"] = entries
		}
	}
	return http.StatusOK, resource.Fields{"entries": append([]any{}, entries...)}
}

// add creates an object with exactly these fields. Its name must be free.
func (a *atlas) add(to map[string][]resource.Fields, org string, body resource.Fields, fields ...string) (int, any) {
	switch {
	case !slices.Equal(slices.Sorted(maps.Keys(body)), fields):
		return problem(http.StatusBadRequest, "INVALID_ATTRIBUTE")
	case find(to[org], "name", body["name"]) >= 0:
		return problem(http.StatusConflict, "DUPLICATE_NAME")
	}
	body["id"] = a.newID()
	a.names[fmt.Sprint(body["id"])] = fmt.Sprint(body["name"])
	to[org] = append(to[org], body)
	return http.StatusCreated, maps.Clone(body)
}

// change sets some of the fields.
func change(object, body resource.Fields, fields ...string) (int, any) {
	for field := range body {
		if !slices.Contains(fields, field) {
			return problem(http.StatusBadRequest, "INVALID_ATTRIBUTE")
		}
	}
	maps.Copy(object, body)
	return http.StatusOK, object
}

func page(all []resource.Fields) (int, any) {
	return http.StatusOK, resource.Fields{"results": append([]resource.Fields{}, all...), "totalCount": len(all)}
}

func find(all []resource.Fields, field string, value any) int {
	return slices.IndexFunc(all, func(o resource.Fields) bool { return o[field] == value })
}
