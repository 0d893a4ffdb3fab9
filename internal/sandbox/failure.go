package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// failure is Atlas's error body. Parameters that are nil are left out: only the digest challenge has none
// [seen digest-challenge]. A list that is nil becomes null.
type failure struct {
	Detail     string      `json:"detail"`
	Status     int         `json:"error"`
	Code       string      `json:"errorCode"`
	Parameters any         `json:"parameters,omitzero"`
	Reason     string      `json:"reason"`
	BadRequest *badRequest `json:"badRequestDetail,omitzero"`

	header http.Header // more headers of the answer
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

// notEmulated is the sandbox's own error for an operation that it does not have. Atlas may have the operation.
func notEmulated(r *http.Request) *failure {
	return refuse(http.StatusNotImplemented, "SANDBOX_NOT_EMULATED",
		"The sandbox does not have the operation "+r.Method+" "+r.URL.Path+". Atlas may have it.", r.Method, r.URL.Path)
}

// noResource is the error for a path that does not exist [doc error-codes].
func noResource(r *http.Request) *failure {
	return refuse(http.StatusNotFound, "RESOURCE_NOT_FOUND", "Cannot find resource "+r.URL.Path+".", r.URL.Path)
}

// wrongType is the error for a value whose JSON type is not the type of the field at path [doc error-codes]
// [seen error-words].
func wrongType(path string) *failure {
	return bad("INVALID_JSON_ATTRIBUTE", "Received JSON for the "+path+" attribute does not match expected format.", path)
}

// invalid is the error for a well-formed request with a wrong value. Its only parameter is the reason in the detail
// [seen error-words].
func invalid(reason string) *failure {
	return bad("VALIDATION_ERROR", "The request content produced the validation error: "+reason+".", reason)
}

// violation is the error for a wrong value at path in the request body.
func violation(path, description string) *failure {
	f := invalid(path + " " + description)
	f.BadRequest = &badRequest{[]fieldViolation{{description, path}}}
	return f
}

// writeFailure sends err. An error has no versioned media type [seen error-media-type]. Assumed: an error has no
// envelope, because [doc admin-api] describes one for entities and lists only, and an error contains its status
// already.
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
