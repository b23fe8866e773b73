package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Read validates the configuration of a data source and reads it.
func (c *Client) Read(ctx context.Context, typeName string, config map[string]any) (tftypes.Value, error) {
	typ, err := object(c.schemas.DataSourceSchemas[typeName], "data source", typeName)
	if err != nil {
		return tftypes.Value{}, err
	}
	value, err := encode(typ, config)
	if err != nil {
		return tftypes.Value{}, err
	}
	valid, err := c.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: value})
	if err != nil {
		return tftypes.Value{}, err
	}
	if err := Failure(valid.Diagnostics); err != nil {
		return tftypes.Value{}, err
	}
	resp, err := c.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: value})
	if err != nil {
		return tftypes.Value{}, err
	}
	if err := Failure(resp.Diagnostics); err != nil {
		return tftypes.Value{}, err
	}
	return resp.State.Unmarshal(typ)
}
