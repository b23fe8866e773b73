package provider_test

import (
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
