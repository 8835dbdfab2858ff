"""The base of published documents: typed, unchangeable, written as JSON by themselves.

A document is made by the thousand in a run and read by programs elsewhere. So making and writing one takes nothing but
Python; pydantic is imported when somebody asks for the schema, or has a document of elsewhere read and checked. The
types that a checker sees, the schema and the check come from the same annotations.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from pydantic import BaseModel

_D = TypeVar("_D", bound="Document")
_REQUIRED: Any = ...


@dataclass(frozen=True, slots=True)
class _FieldInfo:
    default: Any
    description: str | None


def Field(*, default: Any = _REQUIRED, description: str | None = None) -> Any:
    """What a field is for, in the schema's words, and what it is where it is left out."""
    return _FieldInfo(default, description)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Document:
    """A document: a class whose annotations are its fields. Two with equal fields are equal."""

    _fields: ClassVar[dict[str, _FieldInfo]] = {}
    _model: ClassVar[type[BaseModel]]

    def __init_subclass__(cls) -> None:
        own = {
            name: given
            if isinstance(given := cls.__dict__.get(name, _REQUIRED), _FieldInfo)
            else _FieldInfo(given, None)
            for name in get_annotations(cls)
            if not name.startswith("_")
        }
        cls._fields = {**cls._fields, **own}

    def __init__(self, **given: Any) -> None:
        fields = self.__dict__
        for name, field in self._fields.items():
            if name in given:
                fields[name] = given.pop(name)
            elif field.default is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs `{name}`")
            else:
                fields[name] = list(field.default) if isinstance(field.default, list) else field.default
        if given:
            raise TypeError(f"{type(self).__name__} has no `{next(iter(given))}`")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed; `model_copy` makes another")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # as of any value that holds lists

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def model_copy(self: _D, *, update: Mapping[str, Any] | None = None) -> _D:
        """The same document with other values of some fields."""
        return type(self)(**{**self.__dict__, **(update or {})})

    def model_dump(self, *, mode: Literal["json", "python"] = "json") -> dict[str, Any]:  # noqa: ARG002 - both are alike
        """The document as JSON has it: objects, lists, texts, numbers."""
        return {name: _plain(value) for name, value in self.__dict__.items()}

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """The document as JSON, fields in the order of the schema."""
        separators = (",", ":") if indent is None else None
        return json.dumps(self, default=vars, ensure_ascii=False, indent=indent, separators=separators)

    @classmethod
    def model_json_schema(cls, *, mode: Literal["validation", "serialization"] = "validation") -> dict[str, Any]:
        """The JSON schema, draft 2020-12."""
        return _models(cls).model_json_schema(mode=mode)

    @classmethod
    def model_validate(cls: type[_D], content: object) -> _D:
        """The document that JSON objects and lists stand for.

        Raises:
            pydantic.ValidationError: if they are none.
        """
        return _document(cls, _models(cls).model_validate(content))

    @classmethod
    def model_validate_json(cls: type[_D], text: str | bytes) -> _D:
        """The document of a JSON text. Raises as `model_validate` does."""
        return _document(cls, _models(cls).model_validate_json(text))


def _plain(value: object) -> Any:
    if isinstance(value, Document):
        return value.model_dump()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _document(cls: type[_D], model: BaseModel) -> _D:
    """The document of a checked model, and of all models in it."""
    namespace = vars(sys.modules[cls.__module__])

    def own(value: Any) -> Any:
        if isinstance(value, list):
            return [own(item) for item in value]
        kind = namespace.get(type(value).__name__) if hasattr(value, "model_fields_set") else None
        return value if kind is None else kind(**{name: own(getattr(value, name)) for name in kind._fields})

    found: _D = own(model)
    return found


def _models(cls: type[Document]) -> type[BaseModel]:
    """The pydantic model of a class, made together with those of all documents of its module when first asked for."""
    if "_model" not in cls.__dict__:
        from pydantic import ConfigDict, Field, create_model

        module = sys.modules[cls.__module__]
        documents = {
            name: each
            for name, each in vars(module).items()
            if isinstance(each, type) and issubclass(each, Document) and each._fields
        }
        made: dict[str, type[BaseModel]] = {}
        for name, each in documents.items():
            fields: dict[str, Any] = {}
            for field, info in each._fields.items():
                annotation = next(c.__annotations__[field] for c in each.__mro__ if field in c.__annotations__)
                fields[field] = (annotation, Field(info.default, description=info.description))
            config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
            # Annotations are texts; made in this module, they do not find the documents but, below, their models.
            made[name] = create_model(name, __config__=config, __doc__=each.__doc__, __module__=__name__, **fields)
        for name, model in made.items():
            model.model_rebuild(_types_namespace={**vars(module), **made})
            documents[name]._model = model
    return cls._model
