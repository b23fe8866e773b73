package cosmock

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// controlPrefix is reserved for the control API. No key can begin with it, in
// either addressing style.
const controlPrefix = "/_cosmock/"

func isControl(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, controlPrefix) }

// control serves the journal and the faults. Its requests are unsigned, so it
// accepts them only from loopback and refuses those that a browser sends for a
// web page.
func (s *Server) control(w http.ResponseWriter, r *http.Request, body io.Reader) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	switch {
	case !net.ParseIP(host).IsLoopback():
		http.Error(w, "control paths are for peers on loopback only", http.StatusForbidden)
		return
	case len(r.Header.Values("Origin")) > 0:
		http.Error(w, "control paths are closed to requests with an Origin header", http.StatusForbidden)
		return
	}
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPrefix) {
	case "GET requests":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Requests())
	case "DELETE requests":
		s.ResetRequests()
		w.WriteHeader(http.StatusNoContent)
	case "POST faults":
		if err := s.armJSON(body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	case "DELETE faults":
		s.Disarm()
		w.WriteHeader(http.StatusNoContent)
	default:
		http.Error(w, "there are GET and DELETE /_cosmock/requests, POST and DELETE /_cosmock/faults", http.StatusNotFound)
	}
}

// armJSON arms the fault that a control request describes.
func (s *Server) armJSON(body io.Reader) error {
	var wire struct {
		Match   Match     `json:"match"`
		Skip    int       `json:"skip"`
		Times   *int      `json:"times"` // defaults to once
		Fault   FaultKind `json:"fault"`
		DelayMS int64     `json:"delay_ms"`
	}
	dec := json.NewDecoder(io.LimitReader(body, 1<<20))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&wire); err != nil {
		return errors.New("the body is not the JSON of a fault: " + err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON of the fault")
	}
	fault := Fault{Match: wire.Match, Skip: wire.Skip, Times: 1, Kind: wire.Fault, Delay: time.Duration(wire.DelayMS) * time.Millisecond}
	if wire.Times != nil {
		fault.Times = *wire.Times
		if fault.Times == 0 {
			return errors.New("times is 0; it is a number of requests, or -1 for always")
		}
	}
	return s.Arm(fault)
}
