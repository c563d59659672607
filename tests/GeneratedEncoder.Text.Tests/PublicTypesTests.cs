using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratedEncoder.Text.Tests;

/// <summary>What users of both assemblies may expect of their public types.</summary>
public sealed class PublicTypesTests
{
    private static readonly Type[] s_types = [.. new[] { typeof(EncoderOptions).Assembly, typeof(EncoderPipeline<>).Assembly }.SelectMany(assembly => assembly.GetExportedTypes())];

    /// <summary>Or a file that uses both namespaces would not compile (CS0104).</summary>
    [Fact]
    public void No_name_is_one_of_dotnet_s_own()
    {
        HashSet<string> own = [.. Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System*.dll").SelectMany(PublicNames)];
        Assert.Contains("TextEncoder", own);

        Assert.DoesNotContain(s_types.Where(type => !type.IsNested), type => own.Contains(type.Name));
    }

    /// <summary>Configure(options => options.Property = value) sets them.</summary>
    [Fact]
    public void Options_have_setters()
    {
        PropertyInfo[] properties = [.. s_types.Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && !type.IsAbstract).SelectMany(type => type.GetProperties())];
        Assert.Contains(properties, property => property.Name == nameof(EncoderOptions.PackedWeightsCache));

        Assert.DoesNotContain(properties, property => property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ?? true);
    }

    private static IEnumerable<string> PublicNames(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        if (!file.HasMetadata)
        {
            return [];
        }

        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(type => type.Attributes.HasFlag(TypeAttributes.Public)).Select(type => metadata.GetString(type.Name))];
    }
}
