package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// failure is Atlas's error body. Parameters that are nil are left out; the challenge for
// credentials is the one error observed without them. A list that is nil is null.
type failure struct {
	Detail     string      `json:"detail"`
	Status     int         `json:"error"`
	Code       string      `json:"errorCode"`
	Parameters any         `json:"parameters,omitzero"`
	Reason     string      `json:"reason"`
	BadRequest *badRequest `json:"badRequestDetail,omitzero"`

	header http.Header // what the answer carries besides
}

type badRequest struct {
	Fields []fieldViolation `json:"fields"`
}

type fieldViolation struct {
	Description string `json:"description"`
	Field       string `json:"field"` // path in the request body, such as customSessionTimeouts.idleSessionTimeoutInSeconds
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.Status, f.Code, f.Detail) }

func refuse(status int, code, detail string, parameters ...any) *failure {
	if parameters == nil {
		parameters = []any{}
	}
	return &failure{
		Detail: detail, Status: status, Code: code, Parameters: parameters,
		Reason: http.StatusText(status), header: http.Header{},
	}
}

func bad(code, detail string, parameters ...any) *failure {
	return refuse(http.StatusBadRequest, code, detail, parameters...)
}

// noResource refuses a path where nothing is (documented).
func noResource(r *http.Request) *failure {
	return refuse(http.StatusNotFound, "RESOURCE_NOT_FOUND", "Cannot find resource "+r.URL.Path+".", r.URL.Path)
}

// wrongType refuses a value of another JSON type than the field at path has (documented, observed).
func wrongType(path string) *failure {
	return bad("INVALID_JSON_ATTRIBUTE", "Received JSON for the "+path+" attribute does not match expected format.", path)
}

// invalid refuses a well-formed request. The only parameter is the reason in the detail (observed).
func invalid(reason string) *failure {
	return bad("VALIDATION_ERROR", "The request content produced the validation error: "+reason+".", reason)
}

// violation is the refusal of the value at path in the request body.
func violation(path, description string) *failure {
	f := invalid(path + " " + description)
	f.BadRequest = &badRequest{[]fieldViolation{{description, path}}}
	return f
}

// writeFailure sends err. Errors never carry a versioned media type (observed). They have no envelope: the Atlas
// Administration API Reference describes one for entities and lists only, and an error names its status itself (assumed).
func writeFailure(w http.ResponseWriter, err error) {
	var f *failure
	if !errors.As(err, &f) {
		f = refuse(http.StatusInternalServerError, "UNEXPECTED_ERROR", err.Error())
	}
	for name, values := range f.header {
		w.Header()[name] = values
	}
	w.Header().Set("X-Error-Code", f.Code)
	writeJSON(w, "application/json", f.Status, f, false)
}
