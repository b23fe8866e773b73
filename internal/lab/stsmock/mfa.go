package stsmock

import (
	"net/http"
	"slices"
)

// sessionToken opens an MFA session.
// Source: STS API documentation, "GetSessionToken".
func (s *Server) sessionToken(r *http.Request, body []byte, p parameters, call Call) (map[string]any, *apiError) {
	call.Duration = 1800
	if p.DurationSeconds != nil {
		call.Duration = *p.DurationSeconds
	}
	key, failed := s.verify(r, body)
	if failed != nil {
		return nil, failed
	}
	call.SecretID = key.SecretID
	s.note(call)
	switch {
	case p.SerialNumber == "" || p.TokenCode == "":
		return nil, &apiError{"MissingParameter", "SerialNumber and TokenCode are required"}
	case key.Token != "":
		return nil, &apiError{"FailedOperation.TempKeyNotAllowed", "temporary keys are not allowed"}
	case call.Duration < 1 || call.Duration > 129600:
		return nil, &apiError{"InvalidParameter.OverTimeError", "DurationSeconds is over the limit"}
	case !slices.Contains(s.opts.Devices[p.SerialNumber], p.TokenCode) || !s.fresh(p.SerialNumber, p.TokenCode):
		return nil, &apiError{"FailedOperation.CheckMFAError", "the check of the MFA code failed: " + p.TokenCode}
	}
	return s.session(call.Duration), nil
}

// fresh reports a code that was not accepted before, and accepts it.
func (s *Server) fresh(device, code string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.codes[device+" "+code]
	s.codes[device+" "+code] = true
	return !used || s.opts.ReuseCodes
}
