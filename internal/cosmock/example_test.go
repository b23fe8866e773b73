package cosmock_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	cos "github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Example runs the official SDK against its own server.
func Example() {
	server, err := cosmock.Start(cosmock.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	bucket := &url.URL{Scheme: "https", Host: server.Bucket() + ".cos." + server.Region() + ".myqcloud.com"}
	client := cos.NewClient(&cos.BaseURL{BucketURL: bucket}, &http.Client{Transport: &cos.AuthorizationTransport{
		SecretID: server.SecretID(), SecretKey: server.SecretKey(),
		Transport: server.Transport(), // connects to the server for every host name
	}})
	_, err = client.Object.Put(context.Background(), "hello.txt", strings.NewReader("Hello"), &cos.ObjectPutOptions{
		ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "AES256"},
	})
	object, _ := server.Object(server.Bucket(), "hello.txt")
	fmt.Println(err, object.Mode, object.Size)
	for _, request := range server.Requests() {
		fmt.Println(request.Method, request.Key, request.Status, request.SSE)
	}
	// Output:
	// <nil> AES256 5
	// PUT hello.txt 200 AES256
}
