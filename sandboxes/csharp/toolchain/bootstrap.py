"""Builds compile.dll with the compiler's libraries, from Python: no other compiler is there yet.

bootstrap.py DOTNET RUNTIMECONFIG SOURCE OUTPUT.
Runs once, in a stage of the image build that is thrown away.
"""

import sys
from pathlib import Path

from clr_loader import get_coreclr
from pythonnet import load

dotnet, config, source, output = map(Path, sys.argv[1:5])
load(get_coreclr(dotnet_root=dotnet, runtime_config=config))

import clr  # noqa: E402 - there is a runtime only now

sys.path.append(str(dotnet / "roslyn"))
clr.AddReference("Microsoft.CodeAnalysis")
clr.AddReference("Microsoft.CodeAnalysis.CSharp")

from Microsoft.CodeAnalysis import MetadataReference, OutputKind, SyntaxTree  # noqa: E402
from Microsoft.CodeAnalysis.CSharp import (  # noqa: E402
    CSharpCompilation,
    CSharpCompilationOptions,
    CSharpSyntaxTree,
)
from System import Array  # noqa: E402
from System.IO import MemoryStream  # noqa: E402

shared = next((dotnet / "shared" / "Microsoft.NETCore.App").iterdir())
libraries = [
    *shared.glob("System*.dll"),
    *shared.glob("Microsoft.CSharp.dll"),
    *(dotnet / "roslyn").glob("*.dll"),
]
options = CSharpCompilationOptions(OutputKind.ConsoleApplication)
compilation = CSharpCompilation.Create(
    output.stem,
    Array[SyntaxTree]([CSharpSyntaxTree.ParseText(source.read_text("utf-8"))]),
    Array[MetadataReference]([MetadataReference.CreateFromFile(str(one)) for one in libraries]),
    options,
)
stream = MemoryStream()
result = compilation.Emit(stream)
if not result.Success:
    sys.exit("\n".join(str(one) for one in result.Diagnostics))
output.write_bytes(bytes(stream.ToArray()))
