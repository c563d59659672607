using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace GeneratedEncoder.Package.Tests;

/// <summary>
/// What the packaged code can reach: its assemblies name every type and every native library that they use. Without a name for it
/// they can't talk to a network, start a process, or turn bytes of a file into code. One can talk to a network: the build's task, which
/// downloads models of the Hub.
/// </summary>
[Collection(UserFolderCollection.Name)]
public sealed partial class ReachTests(UserFolder folder)
{
    /// <summary>Namespaces, with a dot at the end, and types.</summary>
    private static readonly string[] TypesOutOfReach =
    [
        "System.Net.", "System.IO.Pipes.", "System.IO.MemoryMappedFiles.", "System.Diagnostics.Process", "System.Diagnostics.ProcessStartInfo", "System.AppDomain", "System.Activator",
        "System.Reflection.Emit.", "System.Runtime.Loader.", "System.Linq.Expressions.", "System.CodeDom.", "System.Runtime.InteropServices.NativeLibrary",
        "System.Runtime.Serialization.", "System.Xml.Serialization.", "System.Xml.Xsl.", "Microsoft.Win32.Registry",
    ];

    /// <summary>The mark of generated code, which is data.</summary>
    private const string Mark = "System.CodeDom.Compiler.GeneratedCodeAttribute";

    private const string BuildTask = "tools/netstandard2.0/GeneratedEncoder.Build.dll";

    /// <summary>What the build's task may use of a network: an HTTP client. No socket, no server, no other protocol.</summary>
    private static readonly string[] NetworkOfTheBuild = ["System.Net.Http.", "System.Net.HttpStatusCode", "System.Net.DecompressionMethods"];

    private static readonly string[] MethodsOutOfReach =
        ["System.Type.GetType", "System.Reflection.Assembly.Load", "System.Reflection.Assembly.LoadFrom", "System.Reflection.Assembly.LoadFile", "System.Reflection.MethodBase.Invoke"];

    [Theory]
    [MemberData(nameof(PackageFile.Assemblies), MemberType = typeof(PackageFile))]
    public void No_network_no_process_no_code_from_files(string id, string file)
    {
        using PEReader reader = PackageFile.OpenAssembly(folder, id, file);
        MetadataReader metadata = reader.GetMetadataReader();
        string[] types = [.. metadata.TypeReferences.Select(type => NameOf(metadata, type))], methods = [.. MethodsUsedBy(metadata)];

        Assert.Contains("System.Object", types);
        Assert.Contains("System.Object..ctor", methods);
        string[] allowed = file == BuildTask ? [Mark, .. NetworkOfTheBuild] : [Mark];
        Assert.DoesNotContain(types, type => IsOneOf(TypesOutOfReach, type) && !IsOneOf(allowed, type));
        Assert.Empty(methods.Intersect(MethodsOutOfReach));
    }

    [Fact]
    public void The_build_knows_of_one_address_that_is_the_Hubs()
    {
        using PEReader reader = PackageFile.OpenAssembly(folder, "GeneratedEncoder", BuildTask);
        MetadataReader metadata = reader.GetMetadataReader();
        List<string> texts = [];
        for (UserStringHandle handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            texts.Add(metadata.GetUserString(handle));
        }

        string[] addresses = [.. texts.SelectMany(text => Address().Matches(text)).Select(match => match.Value).Distinct()];

        Assert.Equal(["https://huggingface.co"], addresses);
    }

    [Theory]
    [MemberData(nameof(PackageFile.Assemblies), MemberType = typeof(PackageFile))]
    public void No_native_library_but_the_C_library(string id, string file)
    {
        using PEReader reader = PackageFile.OpenAssembly(folder, id, file);
        MetadataReader metadata = reader.GetMetadataReader();
        IEnumerable<string> libraries = Enumerable.Range(1, metadata.GetTableRowCount(TableIndex.ModuleRef))
            .Select(row => metadata.GetString(metadata.GetModuleReference(MetadataTokens.ModuleReferenceHandle(row)).Name));

        Assert.Empty(libraries.Except(["libc"]));
        Assert.True(reader.PEHeaders.CorHeader!.Flags.HasFlag(CorFlags.ILOnly));
    }

    [Theory]
    [InlineData("GeneratedEncoder")]
    [InlineData("GeneratedEncoder.Text")]
    public void Every_file_is_one_of_these_assemblies_or_a_text(string id)
    {
        using ZipArchive package = PackageFile.Open(folder, id);
        string[] texts = [".xml", ".targets", ".md", ".nuspec", ".psmdcp", ".rels", ""];

        IEnumerable<string> others = package.Entries.Where(entry => !texts.Contains(Path.GetExtension(entry.FullName))).Select(entry => entry.FullName);

        Assert.Equal(PackageFile.Assemblies.Where(row => (string)row[0] == id).Select(row => (string)row[1]).Order(), others.Order());
    }

    private static bool IsOneOf(string[] names, string type) => names.Any(name => name.EndsWith('.') ? type.StartsWith(name, StringComparison.Ordinal) : type == name);

    [GeneratedRegex("[a-z]+://[a-z0-9.-]*[a-z0-9]")]
    private static partial Regex Address();

    private static IEnumerable<string> MethodsUsedBy(MetadataReader metadata) => metadata.MemberReferences.Select(metadata.GetMemberReference)
        .Where(member => member.Parent.Kind == HandleKind.TypeReference)
        .Select(member => $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}");

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
