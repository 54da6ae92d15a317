using System.CommandLine;
using System.Globalization;
using Tambo.Node.CommandLine;

// What people read is formatted by their language (Texts); everything else is the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

// Requests under way get 20 seconds to finish; only then is the process ended from outside.
var patience = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) };
return await CommandRoot.Make().Parse(args).InvokeAsync(patience);
