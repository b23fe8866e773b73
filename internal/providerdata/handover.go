package providerdata

// HandOver stores a value for the instance that takes over the address in this run.
func (d *Data) HandOver(address string, what any) { d.handed.Store(address, what) }

// Left returns the value stored for an address and keeps it, or nil if there is none.
func (d *Data) Left(address string) any {
	what, _ := d.handed.Load(address)
	return what
}

// TakeOver returns and removes the value stored for an address, or nil if there is none.
func (d *Data) TakeOver(address string) any {
	what, _ := d.handed.LoadAndDelete(address)
	return what
}
